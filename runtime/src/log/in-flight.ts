import type { Position } from './folder-reader.ts';
import type { Entry } from './record.ts';

/** Bounds of what is sent at once. At least one event is taken, however large. */
export interface Limit {
  readonly events: number;
  readonly bytes: number;
  /** False: leave events alone that have failed while others arrived. Default true. */
  readonly suspects?: boolean;
}

/** One event on its way. */
export interface Shipment {
  readonly entry: Entry;
  /** Where to go on behind it; absent where only a later event knows. */
  readonly after?: Position | undefined;
}

/** Events that were taken together. */
export type Portion = readonly Taken[];

/** Opaque but for the event. */
export interface Taken {
  readonly entry: Entry;
}

interface Slot {
  /** Undefined once it has arrived: what waits for an older one to arrive holds no memory. */
  shipment: Shipment | undefined;
  readonly after: Position | undefined;
  state: 'free' | 'taken' | 'arrived';
  /** Set at the first failure. */
  failure: Failure | undefined;
}

/** What speaks against an event: that it failed, and others arrived before it failed again. */
interface Failure {
  readonly since: number;
  /** Batches that had arrived when it failed last. */
  successes: number;
  suspicion: number;
  /** Failures under suspicion with no other event in the batch. */
  alone: number;
}

interface TakenSlot extends Taken {
  readonly slot: Slot;
}

/** While the oldest event fails, so many newer ones are remembered as arrived, or gaps between them. */
const MOST_OVERTAKING = 10_000;

/** Failed events have a turn after so many batches of others, so that new ones do not keep them waiting for ever. */
const TURN = 4;

/**
 * The events between the last one before which all have arrived and the last one that was read, oldest first. Portions of
 * them may arrive in any order; the end of what has arrived moves only over an unbroken row of arrived ones.
 *
 * What has failed is taken after what has not, so that one event that a destination does not take holds up no others; and
 * in portions that become smaller while others arrive, until it stands alone.
 */
export class InFlight {
  #slots: Slot[] = [];
  /** No slot before this one is free and has not failed. */
  #firstFresh = 0;
  #fresh = 0;
  #failed = 0;
  #freeBytes = 0;
  #turns = 0;
  readonly #isCounted: boolean;

  /** @param isCounted `settle` gives a place for each event; else one for several that have arrived in a row is enough */
  constructor(isCounted: boolean = true) {
    this.#isCounted = isCounted;
  }

  get length(): number {
    return this.#slots.length;
  }

  /** True when a portion could be larger if more were added, and there is room for more. */
  wants({ events, bytes }: Limit): boolean {
    return (
      this.#fresh < events &&
      this.#freeBytes < bytes * (this.#failed > 0 ? 2 : 1) &&
      this.#slots.length < MOST_OVERTAKING + events
    );
  }

  /** Appends the next event. */
  add(shipment: Shipment): void {
    this.#slots.push({ shipment, after: shipment.after, state: 'free', failure: undefined });
    this.#fresh++;
    this.#freeBytes += shipment.entry.doc.length;
  }

  /** The oldest events that nobody has: those that have not failed, else those that have. */
  take(limit: Limit): Portion {
    if (this.#failed > 0 && (this.#fresh === 0 || ++this.#turns % TURN === 0)) {
      const failed = this.#takeFailed(limit);
      if (failed.length > 0) return failed;
    }
    const { taken, next } = this.#collect(this.#firstFresh, limit, ({ failure }) => failure === undefined);
    this.#firstFresh = next;
    return taken;
  }

  /** Gives the places behind the events that have now arrived with all before them, oldest first. */
  settle(portion: Portion, arrived: boolean): (Position | undefined)[] {
    for (const { slot } of portion as readonly TakenSlot[]) {
      if (slot.state !== 'taken') continue;
      slot.state = arrived ? 'arrived' : 'free';
      if (arrived) slot.shipment = undefined;
      else {
        this.#count(slot, 1);
        if (slot.failure === undefined) this.#firstFresh = 0;
      }
    }
    if (!this.#isCounted && this.#slots.length > MOST_OVERTAKING / 2) this.#mergeArrived();
    const open = this.#slots.findIndex(({ state }) => state !== 'arrived');
    const done = this.#slots.splice(0, open === -1 ? this.#slots.length : open);
    this.#firstFresh = Math.max(0, this.#firstFresh - done.length);
    return done.map(({ after }) => after);
  }

  /** Lets go of the newest events that nobody has, for who can add them again; of those that have failed only when told to. */
  forgetFree(failedToo: boolean): void {
    for (let last = this.#slots.at(-1); last?.state === 'free'; last = this.#slots.at(-1)) {
      if (last.failure !== undefined && !failedToo) break;
      this.#count(last, -1);
      this.#slots.pop();
    }
    this.#firstFresh = Math.min(this.#firstFresh, this.#slots.length);
  }

  /** Of several that have arrived in a row the last is enough: so one that never arrives holds up millions no more than two. */
  #mergeArrived(): void {
    this.#slots = this.#slots.filter(
      (slot, index, all) => slot.state !== 'arrived' || all[index + 1]?.state !== 'arrived',
    );
    this.#firstFresh = 0;
  }

  #takeFailed(limit: Limit): TakenSlot[] {
    const { suspects = true } = limit;
    const isCandidate = ({ state, failure }: Slot): boolean =>
      state === 'free' && failure !== undefined && (suspects || failure.suspicion === 0);
    const first = this.#slots.findIndex(isCandidate);
    if (first === -1) return [];
    const suspicion = this.#slots[first]?.failure?.suspicion ?? 0;
    const size = { ...limit, events: Math.max(1, Math.ceil(limit.events / 4 ** suspicion)) };
    return this.#collect(first, size, ({ failure }) => failure?.suspicion === suspicion).taken;
  }

  #collect(from: number, limit: Limit, fits: (slot: Slot) => boolean): { taken: TakenSlot[]; next: number } {
    const taken: TakenSlot[] = [];
    let bytes = 0;
    let next = from;
    for (; next < this.#slots.length && taken.length < limit.events; next++) {
      const slot = this.#slots[next];
      if (slot?.state !== 'free' || slot.shipment === undefined || !fits(slot)) continue;
      const { entry } = slot.shipment;
      if (taken.length > 0 && bytes + entry.doc.length > limit.bytes) break;
      bytes += entry.doc.length;
      slot.state = 'taken';
      this.#count(slot, -1);
      taken.push({ entry, slot });
    }
    return { taken, next };
  }

  #count({ failure, shipment }: Slot, sign: 1 | -1): void {
    if (failure === undefined) this.#fresh += sign;
    else this.#failed += sign;
    this.#freeBytes += sign * (shipment?.entry.doc.length ?? 0);
  }
}

/** What a failure says of the events it happened to. */
export interface Verdict {
  /** They have failed again while others arrived. */
  readonly isSuspicious: boolean;
  /** How often one event alone has failed while others arrived, and since when, ms of `performance.now()`. */
  readonly alone: number;
  readonly since: number;
}

/** Notes that an attempt at a portion has failed. `successes`: batches that have arrived so far. To be called before it is settled. */
export function noteFailure(portion: Portion, successes: number): Verdict {
  const now = performance.now();
  let verdict: Verdict = { isSuspicious: false, alone: 0, since: now };
  for (const { slot } of portion as readonly TakenSlot[]) {
    slot.failure ??= { since: now, successes, suspicion: 0, alone: 0 };
    const { failure } = slot;
    const isSuspicious = successes > failure.successes;
    failure.successes = successes;
    if (isSuspicious) failure.suspicion++;
    if (isSuspicious && portion.length === 1) failure.alone++;
    verdict = { isSuspicious, alone: failure.alone, since: failure.since };
  }
  return verdict;
}
