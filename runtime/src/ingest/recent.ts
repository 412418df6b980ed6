import { Lru } from '../event/lru.ts';

/** When events that were handed over together are safe, and the ids of those that are lost. */
export type Safe = Promise<readonly string[]>;

/** How many ids are remembered: a client sends again within minutes. */
const REMEMBERED = 20_000;

/** Events that were handed over lately, and when each is safe. MongoDB would store a repetition once; a log would store it twice. */
export class Recent {
  readonly #safe: Lru<string, Safe> = new Lru(REMEMBERED);

  /** When an event is safe that has been handed over before; undefined for one that has not. */
  of(id: string): Safe | undefined {
    return this.#safe.get(id);
  }

  note(ids: readonly string[], safe: Safe): void {
    for (const id of ids) this.#safe.set(id, safe);
  }

  /** It is lost with what it was handed over with: who sends it again is to be heard, unless somebody has already. */
  forget(id: string, safe: Safe): void {
    if (this.#safe.get(id) === safe) this.#safe.delete(id);
  }
}
