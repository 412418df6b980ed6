import { outermost } from '#storage';
import { say } from '../diagnostics/say.ts';
import { scopeOf } from '../instrument/scope.ts';
import { type ContextHolder, runtimeState } from '../instrument/state.ts';
import { contextStorage } from './context-storage.ts';
import type { ExecutionMetadata } from './metadata.types.ts';
import { givenOut, snapshotOf } from './snapshot.ts';

export type { ExecutionMetadata } from './metadata.types.ts';

/**
 * Runs `work` in a scope of its own: every billed call in it, awaited ones included, carries `metadata`, merged deep
 * over that of the surrounding scope; the later value wins. Open it once a request.
 *
 * The metadata is copied at once, at most four levels, 64 keys an object and 1,024 characters a string, of which the rest is cut
 * off; functions, symbols and what else lies beyond are left out and counted.
 *
 * @returns what `work` returns. Throws only what `work` throws.
 */
export function withExecutionMetadata<T>(metadata: ExecutionMetadata, work: () => T): T {
  const storage = contextStorage();
  const outer = storage.getStore();
  const holder: ContextHolder = { snapshot: snapshotOf(outer?.snapshot, metadata), span: outer?.span };
  return storage.run(holder, work);
}

/**
 * Merges `metadata` deep into the scope that is open; calls begun before keep what they saw.
 * Outside a scope it does nothing and says so once a minute (`PAN3003`); in a page of a browser it changes what the whole
 * page has. Never throws.
 */
export function setExecutionMetadata(metadata: ExecutionMetadata): void {
  const holder = currentHolder() ?? outermost();
  if (holder === undefined) {
    say(
      'PAN3003',
      'setExecutionMetadata() was called outside a scope and did nothing. Open one with withExecutionMetadata(metadata, work).',
    );
    return;
  }
  holder.snapshot = snapshotOf(holder.snapshot, metadata);
}

/** The metadata of the scope that is open, frozen, and dates as copies; undefined outside one. */
export function getExecutionMetadata(): Readonly<ExecutionMetadata> | undefined {
  const holder = currentHolder();
  return holder && givenOut(holder.snapshot.data);
}

/** The scope that is open. */
export function currentHolder(): ContextHolder | undefined {
  return scopeOf(runtimeState().storage?.getStore());
}
