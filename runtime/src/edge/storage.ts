import { say } from '../diagnostics/say.ts';
import { type ContextHolder, type ContextStorage, runtimeState } from '../instrument/state.ts';
import { isPage } from './page.ts';

/** `AsyncLocalStorage`, or a class that does as it does. */
export type AsyncLocalStorageClass = new () => {
  getStore(): unknown;
  run<Args extends unknown[], T>(store: unknown, work: (...args: Args) => T, ...args: Args): T;
};

/** A global one is there at Vercel's and Next's edge; at Cloudflare somebody has to import it. Nothing is imported here. */
export function createStorage(): ContextStorage {
  const { AsyncLocalStorage } = globalThis as { AsyncLocalStorage?: AsyncLocalStorageClass };
  if (AsyncLocalStorage !== undefined) return new AsyncLocalStorage() as ContextStorage;
  if (!isPage()) {
    say(
      'PAN3306',
      'There is no AsyncLocalStorage here, so what withExecutionMetadata() opens ends at the first await. At Cloudflare ' +
        "set the flag nodejs_als, and createPanoptic({ asyncLocalStorage }) with the one of 'node:async_hooks'.",
    );
  }
  return new SyncStorage();
}

/** From now on scopes are of this kind; those that are open end. */
export function useStorage(AsyncLocalStorage: AsyncLocalStorageClass): void {
  runtimeState().storage = new AsyncLocalStorage() as ContextStorage;
}

/** What `setExecutionMetadata` changes outside a scope: in a page, which belongs to one user, the page's own. */
export function outermost(): ContextHolder | undefined {
  if (!isPage()) return undefined;
  const storage = (runtimeState().storage ??= createStorage());
  if (!(storage instanceof SyncStorage)) return undefined;
  return (storage.page ??= { snapshot: { data: {}, serial: 0, index: 0 } });
}

/** Scopes that cover the synchronous part of their work; behind an `await` there is what the page has. */
class SyncStorage implements ContextStorage {
  page: ContextHolder | undefined;
  #open: ContextHolder | undefined;

  getStore(): ContextHolder | undefined {
    return this.#open ?? this.page;
  }

  run<Args extends unknown[], T>(holder: ContextHolder, work: (...args: Args) => T, ...args: Args): T {
    const surrounding = this.#open;
    this.#open = holder;
    try {
      return work(...args);
    } finally {
      this.#open = surrounding;
    }
  }
}
