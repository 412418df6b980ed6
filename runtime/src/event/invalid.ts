import { say } from '../diagnostics/say.ts';
import { runtimeState } from '../instrument/state.ts';

/** How many values were left out of events, by function and field. Shared by all copies of the runtime. */
export function invalidValues(): Map<string, number> {
  const { extensions } = runtimeState();
  return (extensions.invalidValues ??= new Map<string, number>()) as Map<string, number>;
}

/** A program that computes keys must not grow the table without end. */
const MAX_CAUSES = 1000;

let isUncounted = false;

/** Makes events that are made elsewhere as well, where what is left out of them is counted and said. */
export function uncounted<T>(work: () => T): T {
  const before = isUncounted;
  isUncounted = true;
  try {
    return work();
  } finally {
    isUncounted = before;
  }
}

/**
 * Counts a value that was left out of an event, and says so once for each function and field.
 * @param times how many values that were
 */
export function leftOut(functionName: string, field: string, expected: string, times: number = 1): void {
  if (isUncounted) return;
  const counts = invalidValues();
  let cause = `${functionName} ${field}`;
  if (!counts.has(cause) && counts.size >= MAX_CAUSES) cause = 'others';
  const before = counts.get(cause) ?? 0;
  counts.set(cause, before + times);
  if (before > 0) return;
  say('PAN5101', `"${field}" of ${functionName} is left out of events: it must be ${expected}.`, cause);
}
