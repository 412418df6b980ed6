import { Lru } from '../event/lru.ts';

/** How many ids are remembered: a client sends again within minutes. */
const REMEMBERED = 20_000;

/** Events that were handed over lately, and when each is safe. MongoDB would store a repetition once; a log would store it twice. */
export class Recent {
  readonly #safe: Lru<string, Promise<void>> = new Lru(REMEMBERED);

  /** When an event is safe that has been handed over before; undefined for one that has not. */
  of(id: string): Promise<void> | undefined {
    return this.#safe.get(id);
  }

  note(ids: readonly string[], safe: Promise<void>): void {
    for (const id of ids) this.#safe.set(id, safe);
  }
}
