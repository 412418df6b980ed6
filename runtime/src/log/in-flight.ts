import type { Position } from './folder-reader.ts';
import type { Entry } from './record.ts';

/** Bounds of what is sent at once. At least one event is taken, however large. */
export interface Limit {
  readonly events: number;
  readonly bytes: number;
}

/** One event on its way. */
export interface Shipment {
  readonly entry: Entry;
  /** Where to go on behind it; absent where only a later event knows. */
  readonly after?: Position | undefined;
}

interface Slot {
  /** Undefined once it has arrived: what waits for an older one to arrive holds no memory. */
  shipment: Shipment | undefined;
  readonly after: Position | undefined;
  state: 'free' | 'taken' | 'arrived';
}

/** Events that were taken together. */
export type Portion = readonly Taken[];

/** Opaque but for the event. */
export interface Taken {
  readonly entry: Entry;
}

interface TakenSlot extends Taken {
  readonly slot: Slot;
}

/** While the oldest event fails, so many newer ones may overtake it. */
const MOST_OVERTAKING = 10_000;

/**
 * The events between the last one before which all have arrived and the last one that was read, oldest first. Portions of
 * them may arrive in any order; the end of what has arrived moves only over an unbroken row of arrived ones.
 */
export class InFlight {
  #slots: Slot[] = [];
  /** No slot before this one is free. */
  #firstFree = 0;
  #free = 0;
  #freeBytes = 0;

  get length(): number {
    return this.#slots.length;
  }

  /** True when a portion could be larger if more were added, and there is room for more. */
  wants({ events, bytes }: Limit): boolean {
    return this.#free < events && this.#freeBytes < bytes && this.#slots.length < MOST_OVERTAKING + events;
  }

  /** Appends the next event. */
  add(shipment: Shipment): void {
    this.#slots.push({ shipment, after: shipment.after, state: 'free' });
    this.#free++;
    this.#freeBytes += shipment.entry.doc.length;
  }

  /** The oldest events that nobody has. */
  take(limit: Limit): Portion {
    const taken: TakenSlot[] = [];
    let bytes = 0;
    let index = this.#firstFree;
    for (; index < this.#slots.length && taken.length < limit.events; index++) {
      const slot = this.#slots[index];
      if (slot?.state !== 'free' || slot.shipment === undefined) continue;
      const { entry } = slot.shipment;
      if (taken.length > 0 && bytes + entry.doc.length > limit.bytes) break;
      bytes += entry.doc.length;
      slot.state = 'taken';
      taken.push({ entry, slot });
    }
    this.#firstFree = index;
    this.#free -= taken.length;
    this.#freeBytes -= bytes;
    return taken;
  }

  /** Gives the places behind the events that have now arrived with all before them, oldest first. */
  settle(portion: Portion, arrived: boolean): (Position | undefined)[] {
    for (const { slot } of portion as readonly TakenSlot[]) {
      if (slot.state !== 'taken') continue;
      slot.state = arrived ? 'arrived' : 'free';
      if (arrived) {
        slot.shipment = undefined;
      } else {
        this.#free++;
        this.#freeBytes += slot.shipment?.entry.doc.length ?? 0;
      }
    }
    if (!arrived) this.#firstFree = 0;
    const open = this.#slots.findIndex(({ state }) => state !== 'arrived');
    const done = this.#slots.splice(0, open === -1 ? this.#slots.length : open);
    this.#firstFree = Math.max(0, this.#firstFree - done.length);
    return done.map(({ after }) => after);
  }

  /** Lets go of the newest events that nobody has, for who can add them again. */
  forgetFree(): void {
    while (this.#slots.at(-1)?.state === 'free') {
      this.#free--;
      this.#freeBytes -= this.#slots.pop()?.shipment?.entry.doc.length ?? 0;
    }
    this.#firstFree = Math.min(this.#firstFree, this.#slots.length);
  }
}
