// Captured when the module loads: fake timers and a seeded Math.random in somebody's tests neither bend our numbers nor
// are moved on by us.

/** Monotonic time, ms. */
export const now: () => number = /* @__PURE__ */ performance.now.bind(performance);

/** ms since 1970 */
export const wallClock: () => number = Date.now;

/** 0 ≤ x < 1 */
export const random: () => number = Math.random;

const startTimer = setTimeout;

/** Calls `work` once after `ms`, without keeping the process alive. */
export function later(work: () => void, ms: number): void {
  const timer: unknown = startTimer(work, ms);
  (timer as { unref?(): void }).unref?.();
}
