import { runtimeState } from '../instrument/state.ts';

/** Runs `work` outside the application's async contexts: what it opens must not keep a request alive. */
export function outside<T>(work: () => T): T {
  const run = runtimeState().outside;
  if (run === undefined) return work();
  const results: T[] = [];
  run(() => {
    results.push(work());
  });
  return results[0] as T;
}
