import type { SharedRange } from '../../deliver/transport.ts';
import { type Batch, OUTCOME } from '../../instrument/batch.ts';
import type { CallValues, SiteInfo } from '../../instrument/site.types.ts';
import { contextOf, type Origin } from '../build-document.ts';
import { BsonWriter } from './bson-writer.ts';
import { type ContextBytes, encodeContext, NO_CONTEXT } from './context-bytes.ts';
import { type Frame, writeShared } from './frame.ts';
import { makeTemplate, type Part } from './template.ts';

export interface Frozen {
  readonly doc: Uint8Array;
  readonly shared: readonly SharedRange[];
}

/** A program that computes its annotations' literals anew must not grow the table without end. */
const MAX_RUNS = 10_000;

const NO_VALUES: CallValues = {};
const SEED_BYTES = 6;
const NO_SEED = new Uint8Array(SEED_BYTES);

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

type Templates = Map<number, readonly Part[] | undefined>;

/**
 * Writes the events of one origin as bytes without building them as objects first: what a site's events have in common
 * is encoded once, a context once, and a row adds what is its own.
 */
export class Freezer {
  readonly #origin: Origin;
  readonly #templates: WeakMap<SiteInfo, Templates> = new WeakMap();
  /** Per batch, because a weak reference to each context would cost the collector more than encoding it again. */
  readonly #contexts: WeakMap<Batch, (ContextBytes | false)[]> = new WeakMap();
  readonly #scratch: BsonWriter = new BsonWriter(4);
  #ofBatch: (ContextBytes | false)[] = [];
  readonly #runs: Map<string, Uint8Array> = new Map();
  readonly #frame: Frame = {
    to: this.#scratch,
    startMs: 0,
    durationMs: 0,
    activeMs: undefined,
    seed: NO_SEED,
    row: 0,
    context: NO_CONTEXT,
    values: NO_VALUES,
    error: undefined,
    shared: [],
    metadata: 0,
  };

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  /** Rows of this batch are written next, about so many. */
  begin(batch: Batch, rows: number): void {
    this.#frame.to = new BsonWriter(rows);
    this.#ofBatch = this.#contexts.get(batch) ?? [];
    this.#contexts.set(batch, this.#ofBatch);
    this.#frame.seed = batch.seed.subarray(0, SEED_BYTES);
  }

  /** Lets go of everything that belongs to the batch. */
  end(): void {
    const frame = this.#frame;
    this.#ofBatch = [];
    frame.to = this.#scratch;
    frame.context = NO_CONTEXT;
    frame.values = NO_VALUES;
    frame.error = undefined;
    frame.shared = [];
  }

  /** The event of one row; undefined for one that has to be built in the long way. Never throws. */
  freeze(batch: Batch, row: number, site: SiteInfo): Frozen | undefined {
    const frame = this.#frame;
    frame.to.begin();
    try {
      const parts = this.#fill(frame, batch, row, site);
      if (parts !== undefined && write(frame, parts)) return { doc: frame.to.end(), shared: frame.shared.slice() };
    } catch {
      // whatever it was, the long way meets it again and says so
    }
    frame.to.abandon();
    return undefined;
  }

  #fill(frame: Frame, batch: Batch, row: number, site: SiteInfo): readonly Part[] | undefined {
    const outcome = batch.outcome[row] ?? OUTCOME.ok;
    const values = batch.values.size === 0 ? undefined : batch.values.get(row);
    const context = this.#context(site, batch, row);
    frame.error = batch.errors.size === 0 ? undefined : batch.errors.get(row);
    if (context === undefined || (frame.error !== undefined && outcome === OUTCOME.ok)) return undefined;
    frame.startMs = batch.epoch + (batch.start[row] ?? 0);
    frame.durationMs = batch.duration[row] ?? 0;
    frame.activeMs = batch.activeMs.size === 0 ? undefined : batch.activeMs.get(row);
    frame.row = row;
    frame.context = context;
    frame.values = values ?? NO_VALUES;
    // one list for all, since a list that grows takes room for sixteen at once
    frame.shared.length = 0;
    return this.#template(site, values, outcome);
  }

  #context(site: SiteInfo, batch: Batch, row: number): ContextBytes | undefined {
    const index = batch.context[row] ?? 0;
    const data = contextOf(site, batch.contexts[index]);
    if (data === undefined) return NO_CONTEXT;
    const known = (this.#ofBatch[index] ??= encodeContext(data, this.#scratch) ?? false);
    return known === false ? undefined : known;
  }

  #template(site: SiteInfo, values: CallValues | undefined, outcome: number): readonly Part[] | undefined {
    let key = outcome << OUTCOME_BITS;
    for (const name in values) key |= BIT.get(name) ?? 0;
    let templates = this.#templates.get(site);
    if (templates === undefined) {
      templates = new Map();
      this.#templates.set(site, templates);
    }
    const known = templates.get(key);
    if (known !== undefined || templates.has(key)) return known;
    const given = new Set(VALUE_KEYS.filter((_, index) => key & (1 << index)));
    const template = makeTemplate(site, this.#origin, given, outcome, (bytes) => this.#intern(bytes));
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

/** False where a part is more than its slot can write. */
function write(frame: Frame, parts: readonly Part[]): boolean {
  for (const part of parts) {
    if (typeof part !== 'function') writeShared(frame, part);
    else if (!part(frame)) return false;
  }
  return true;
}
