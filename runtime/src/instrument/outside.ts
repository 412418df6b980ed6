import { runtimeState } from './state.ts';

/** Runs our own work outside the contexts of the application, so that no request lives as long as it. Never throws. */
export function runOutside(work: () => void): void {
  const state = runtimeState();
  try {
    if (state.outside === undefined) work();
    else state.outside(work);
  } catch {
    state.counters.internalErrors++;
  }
}
