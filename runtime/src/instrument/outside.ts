import { runtimeState } from './state.ts';

/** Runs `work` outside the async contexts of the application: what it opens must not keep a request alive. */
export function outside<T>(work: () => T): T {
  const run = runtimeState().outside;
  return run === undefined ? work() : run(work);
}

/** As `outside`, for work of ours on the caller's path. Never throws. */
export function runOutside(work: () => void): void {
  try {
    outside(work);
  } catch {
    runtimeState().counters.internalErrors++;
  }
}
