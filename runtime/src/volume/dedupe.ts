import { Lru } from '../event/lru.ts';
import { OUTCOME } from '../instrument/batch.ts';
import { now } from '../instrument/clock.ts';
import type { ReadCall } from '../instrument/stages.types.ts';
import { CommonContexts } from './common-contexts.ts';
import type { DedupeConfig } from './dedupe.types.ts';
import { textKey } from './identity.ts';
import { RuleTable } from './rule-table.ts';

/** Tells calls that have just been made in the same way: of the same function, in the same context, with the same values. */
export class Dedupe {
  readonly #ttls: RuleTable<number>;
  readonly #contexts: CommonContexts;
  /** When the first of them was recorded, monotonic, ms. */
  readonly #seen: Lru<string, number>;

  constructor({ ttl, rules, context, maxEntries }: DedupeConfig) {
    this.#ttls = new RuleTable(rules, ttl);
    this.#contexts = new CommonContexts(context);
    this.#seen = new Lru(maxEntries);
  }

  /** Never true for a call that failed: a second failure is news. */
  isRepetition(call: ReadCall): boolean {
    if (call.outcome !== OUTCOME.ok) return false;
    const ttl = this.#ttls.of(call);
    if (ttl <= 0) return false;
    const context = this.#contexts.of(call.snapshot);
    const values = call.values === undefined ? '' : textKey(call.values);
    // too much to remember
    if (context === undefined || values === undefined) return false;
    const key = `${call.site.index} ${values} ${context.key}`;
    const at = now();
    const first = this.#seen.get(key);
    if (first !== undefined && at - first < ttl) return true;
    this.#seen.set(key, at);
    return false;
  }
}
