import type { WorkerCounts } from './protocol.ts';

export const NO_COUNTS: WorkerCounts = {
  dropped: 0,
  invalidValues: 0,
  internalErrors: 0,
  isTakingOver: false,
  transport: undefined,
};

/** What all workers of the process have counted, each of which begins at 0. */
export class SumOfWorkers {
  #dead: WorkerCounts = NO_COUNTS;
  #living: WorkerCounts = NO_COUNTS;
  /** What dead workers may have left in the log: at least 1 until somebody has looked, since what a worker has told is up to a second old. */
  #left = 0;

  /** The latest counts of the worker that lives. */
  heard(counts: WorkerCounts): void {
    if (!counts.isTakingOver) this.#left = 0;
    // one that has closed its destination still knows what it was
    this.#living = { ...counts, transport: counts.transport ?? this.#living.transport };
  }

  /**
   * The worker is gone; what it had not delivered is the next one's.
   * @param safe events that workers have put into the log in all
   */
  died(safe: number): void {
    const { transport, ...counts } = add(this.#dead, this.#living);
    const { delivered = 0, dropped = 0, deadLettered = 0, pending = 0 } = transport ?? {};
    if (safe > 0) this.#left = Math.max(1, this.#left, pending, safe - delivered - dropped - deadLettered);
    this.#dead = { ...counts, transport: transport && { ...transport, pending: 0 } };
    this.#living = NO_COUNTS;
  }

  /** What dead workers have left is delivered elsewhere, and counted there. */
  get left(): number {
    return this.#left;
  }

  get counts(): WorkerCounts {
    return add(this.#dead, this.#living);
  }
}

function add(dead: WorkerCounts, living: WorkerCounts): WorkerCounts {
  return {
    dropped: dead.dropped + living.dropped,
    invalidValues: dead.invalidValues + living.invalidValues,
    internalErrors: dead.internalErrors + living.internalErrors,
    isTakingOver: living.isTakingOver,
    transport: addTransports(dead.transport, living.transport),
  };
}

/** Counters; whatever else a destination tells is told by the one in use. */
const COUNTERS = ['accepted', 'delivered', 'dropped', 'pending', 'failures', 'deadLettered'] as const;

type Counted = WorkerCounts['transport'];

/** Adds what one destination has counted in two places. Of two destinations, it is the one in use that is told of. */
export function addTransports(before: Counted, inUse: Counted): Counted {
  if (!before || !inUse || before.destination !== inUse.destination) return inUse ?? before;
  const sums = COUNTERS.filter((name) => inUse[name] !== undefined).map((name) => [
    name,
    (before[name] ?? 0) + (inUse[name] ?? 0),
  ]);
  return { ...inUse, ...Object.fromEntries(sums) };
}
