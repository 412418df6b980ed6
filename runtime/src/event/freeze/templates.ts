import type { CallValues, SiteInfo } from '../../instrument/site.types.ts';
import type { Origin } from '../build-event.ts';
import { makeTemplate, type Part } from './template.ts';

/** A program that makes functions without end must not grow the table without end. */
const MAX_RUNS = 10_000;

/** The values of a call that an event can hold; their positions make the key of a template. */
const VALUE_KEYS: readonly (keyof CallValues)[] = [
  'model',
  'usage',
  'quantity',
  'unit',
  'amount',
  'currency',
  'service',
  'resource',
  'category',
  'tags',
  'user',
  'requestId',
  'attributes',
];
const BIT: ReadonlyMap<string, number> = new Map(VALUE_KEYS.map((key, index) => [key, 1 << index]));
const OUTCOME_BITS = VALUE_KEYS.length;
const SAMPLED_BIT = 1 << (OUTCOME_BITS + 2);

/** The templates of one origin, each made when the first call of its kind comes. */
export class Templates {
  readonly #origin: Origin;
  /** By which values a call gives, how it ended, and whether it has a share of its own. */
  readonly #ofSite: WeakMap<SiteInfo, Map<number, readonly Part[] | undefined>> = new WeakMap();
  readonly #runs: Map<string, Uint8Array> = new Map();

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  /**
   * Undefined for a site whose events have to be built in the long way.
   * @param sampled the call says itself how many it stands for
   */
  find(site: SiteInfo, values: CallValues | undefined, outcome: number, sampled: boolean): readonly Part[] | undefined {
    let key = (outcome << OUTCOME_BITS) | (sampled ? SAMPLED_BIT : 0);
    for (const name in values) key |= BIT.get(name) ?? 0;
    let templates = this.#ofSite.get(site);
    if (templates === undefined) {
      templates = new Map();
      this.#ofSite.set(site, templates);
    }
    const known = templates.get(key);
    if (known !== undefined || templates.has(key)) return known;
    const given = new Set(VALUE_KEYS.filter((_, index) => key & (1 << index)));
    const template = makeTemplate(site, this.#origin, given, outcome, sampled, (bytes) => this.#intern(bytes));
    templates.set(key, template);
    return template;
  }

  #intern(bytes: Uint8Array): Uint8Array {
    const key = Buffer.from(bytes).toString('latin1');
    const known = this.#runs.get(key);
    if (known !== undefined || this.#runs.size >= MAX_RUNS) return known ?? bytes;
    this.#runs.set(key, bytes);
    return bytes;
  }
}
