import type { WorkerCounts } from './protocol.ts';

export const NO_COUNTS: WorkerCounts = { dropped: 0, invalidValues: 0, internalErrors: 0, transport: undefined };

/** What all workers of the process have counted, each of which begins at 0. */
export class SumOfWorkers {
  #dead: WorkerCounts = NO_COUNTS;
  #living: WorkerCounts = NO_COUNTS;

  /** The latest counts of the worker that lives. */
  heard(counts: WorkerCounts): void {
    // one that has closed its destination still knows what it was
    this.#living = { ...counts, transport: counts.transport ?? this.#living.transport };
  }

  /** The worker is gone; what it had not delivered is the next one's. */
  died(): void {
    const { transport, ...counts } = add(this.#dead, this.#living);
    this.#dead = { ...counts, transport: transport && { ...transport, pending: 0 } };
    this.#living = NO_COUNTS;
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
