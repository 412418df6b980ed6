import Module, { syncBuiltinESMExports } from 'node:module';
import { contextWith, notReconciled, reconcile, rewriteUrl } from './load.ts';
import { readInstead } from './read-instead.ts';
import type { LoadSync, SyncHooks } from './sync-hooks.types.ts';

const load: LoadSync = (url, context, nextLoad) => {
  const rewritten = rewriteUrl(url);
  const first = nextLoad(url, context);
  const billed = rewritten === undefined ? first : reconcile(first, rewritten);
  if (rewritten === undefined || billed !== undefined) return billed ?? first;

  const restore = readInstead((file) => (file === rewritten.path ? rewritten.code : undefined));
  try {
    const second = reconcile(nextLoad(url, contextWith(context, rewritten)), rewritten);
    if (second === undefined) throw notReconciled(rewritten);
    return second;
  } finally {
    restore();
  }
};

/** The first release of each major version whose synchronous hooks and hooks in a thread get along; tsx draws the same line. */
const RELIABLE: Readonly<Record<number, readonly [minor: number, patch: number]>> = {
  22: [22, 3],
  24: [11, 1],
  25: [1, 0],
};

/** Whether a Node has synchronous hooks that hand CommonJS on to its own loader. */
export function hasSyncHooks(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const first = RELIABLE[major];
  if (first === undefined) return major > 25;
  return minor > first[0] || (minor === first[0] && patch >= first[1]);
}

/**
 * Registers the hook that runs in the thread that loads. Hooks run in reverse order, and only the outermost sees what the
 * others made of a file: ours moves there again whenever another comes.
 *
 * @returns false where Node has no such hooks, or not reliably
 */
export function registerSyncHooks(): boolean {
  const node = Module as SyncHooks;
  const { registerHooks } = node;
  if (registerHooks === undefined || !hasSyncHooks(process.versions.node)) return false;
  let ours = registerHooks({ load });
  node.registerHooks = (hooks) => {
    const theirs = registerHooks(hooks);
    ours.deregister();
    ours = registerHooks({ load });
    return theirs;
  };
  syncBuiltinESMExports();
  return true;
}
