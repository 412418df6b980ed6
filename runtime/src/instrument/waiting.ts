import { later, now } from './clock.ts';
import { runOutside } from './outside.ts';
import { runtimeState } from './state.ts';

/** How long an event waits for somebody to turn to what the function returned, ms. */
const PATIENCE_MS = 10_000;
/** How many wait at most; the oldest one makes room. */
const MAX_WAITING = 1024;

/** What must be ended when nobody turns to it. */
export interface Waiting {
  readonly returnedAt: number;
  missed(): void;
}

/** Shared by all copies of the runtime: what waits, oldest first, and whether the timer runs. */
interface Room {
  readonly waiting: Set<Waiting>;
  armed: boolean;
}

/** Ends `one` as missed after `PATIENCE_MS`, at a flush, or at the end of the process, unless `attend` comes first. */
export function wait(one: Waiting): void {
  const { waiting } = room();
  waiting.add(one);
  const [oldest] = waiting;
  if (waiting.size > MAX_WAITING && oldest !== undefined) miss(oldest);
  arm();
}

/** Somebody has turned to it: from here it ends when what it returned ends. */
export function attend(one: Waiting): void {
  room().waiting.delete(one);
}

/** Ends all that wait, or those that have waited since before `until`. Never throws. */
export function endWaiting(until: number = Number.POSITIVE_INFINITY): void {
  for (const one of room().waiting) {
    if (one.returnedAt > until) return;
    miss(one);
  }
}

function miss(one: Waiting): void {
  room().waiting.delete(one);
  one.missed();
}

function arm(): void {
  const shared = room();
  if (shared.armed) return;
  shared.armed = true;
  runOutside(() =>
    later(() => {
      shared.armed = false;
      endWaiting(now() - PATIENCE_MS);
      if (shared.waiting.size > 0) arm();
    }, PATIENCE_MS),
  );
}

function room(): Room {
  const { extensions } = runtimeState();
  return (extensions.waiting ??= { waiting: new Set(), armed: false }) as Room;
}
