import { now } from './clock.ts';
import type { EndedCall } from './recorder.types.ts';
import { runtimeState } from './state.ts';

/** When reading the parameters of the call that begins next began. */
interface Reading {
  since: number | undefined;
}

/** Shared by all copies of the runtime. */
function reading(): Reading {
  const { extensions } = runtimeState();
  return (extensions.readingSince ??= { since: undefined }) as Reading;
}

/** `RuntimeState.began`: reading the parameters of a call comes before it begins. */
export function began(): number {
  const last = reading();
  const { since } = last;
  last.since = undefined;
  return since ?? now();
}

/** Notes that what was read since `at` is of the call that begins next: whatever that made others do has ended. */
export function readSince(at: number): void {
  reading().since = at;
}

/**
 * Time from where our own work on a call began until now, ms, without the time it waited for somebody to turn to what it
 * returned. Undefined where nobody asks.
 * @param end when the call ended
 * @param closed when that was known
 */
export const ownTime = ({ began }: EndedCall, end: number, closed: number): number | undefined =>
  began === undefined ? undefined : end - began + (now() - closed);
