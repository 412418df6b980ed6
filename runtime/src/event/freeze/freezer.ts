import type { SharedRange } from '../../deliver/transport.ts';
import { type Batch, OUTCOME } from '../../instrument/batch.ts';
import type { CallValues, SiteInfo } from '../../instrument/site.types.ts';
import { contextOf, type Origin } from '../build-event.ts';
import { BsonWriter } from './bson-writer.ts';
import { type ContextBytes, encodeContext, NO_CONTEXT } from './context-bytes.ts';
import { type Frame, writeShared } from './frame.ts';
import type { Part } from './template.ts';
import { Templates } from './templates.ts';

export interface Frozen {
  readonly doc: Uint8Array;
  readonly shared: readonly SharedRange[];
}

/** By their index in the batch; false for one that takes the long way. */
type Contexts = (ContextBytes | false)[];

const NO_VALUES: CallValues = {};
const SEED_BYTES = 6;

/**
 * Writes the events of one origin as bytes without building them as objects first: what a site's events have in common
 * is encoded once, a context once, and a row adds what is its own.
 */
export class Freezer {
  readonly #templates: Templates;
  /** Per batch, because a weak reference to each context would cost the collector more than encoding it again. */
  readonly #contexts: WeakMap<Batch, Contexts> = new WeakMap();

  constructor(origin: Origin) {
    this.#templates = new Templates(origin);
  }

  /** Begins with rows of a batch, about so many. Several may be under way: who hears of a problem may flush. */
  begin(batch: Batch, rows: number): Freezing {
    const contexts = this.#contexts.get(batch) ?? [];
    this.#contexts.set(batch, contexts);
    return new Freezing(this.#templates, contexts, batch, rows);
  }
}

/** Some rows of one batch on their way to bytes. */
export class Freezing {
  readonly #templates: Templates;
  readonly #contexts: Contexts;
  readonly #batch: Batch;
  readonly #frame: Frame;

  constructor(templates: Templates, contexts: Contexts, batch: Batch, rows: number) {
    this.#templates = templates;
    this.#contexts = contexts;
    this.#batch = batch;
    this.#frame = {
      to: new BsonWriter(rows),
      startMs: 0,
      durationMs: 0,
      activeMs: undefined,
      totalMs: undefined,
      id: undefined,
      parent: undefined,
      trace: undefined,
      sampleRate: undefined,
      seed: batch.seed.subarray(0, SEED_BYTES),
      row: 0,
      context: NO_CONTEXT,
      values: NO_VALUES,
      error: undefined,
      shared: [],
      metadata: 0,
    };
  }

  /** The event of one row; undefined for one that has to be built in the long way. Never throws. */
  freeze(row: number, site: SiteInfo): Frozen | undefined {
    const frame = this.#frame;
    try {
      const parts = this.#fill(frame, row, site);
      if (parts !== undefined && write(frame, parts)) return { doc: frame.to.end(), shared: frame.shared.slice() };
    } catch {
      // whatever it was, the long way meets it again and says so
    }
    frame.to.abandon();
    return undefined;
  }

  #fill(frame: Frame, row: number, site: SiteInfo): readonly Part[] | undefined {
    const batch = this.#batch;
    const outcome = batch.outcome[row] ?? OUTCOME.ok;
    const values = batch.values.size === 0 ? undefined : batch.values.get(row);
    const context = this.#context(site, row);
    frame.error = batch.errors.size === 0 ? undefined : batch.errors.get(row);
    const extras = batch.extras.size === 0 ? undefined : batch.extras.get(row);
    // many calls in one row are more than the templates know
    if (extras?.window !== undefined) return undefined;
    if (context === undefined || (frame.error !== undefined && outcome === OUTCOME.ok)) return undefined;
    frame.startMs = batch.epoch + (batch.start[row] ?? 0);
    frame.durationMs = batch.duration[row] ?? 0;
    frame.activeMs = extras?.activeMs;
    frame.totalMs = extras?.totalMs;
    frame.id = extras?.id;
    frame.parent = extras?.parent;
    frame.trace = extras?.trace;
    frame.sampleRate = extras?.sampleRate;
    frame.row = row;
    frame.context = context;
    frame.values = values ?? NO_VALUES;
    // one list for all, since a list that grows takes room for sixteen at once
    frame.shared.length = 0;
    return this.#templates.find(site, values, outcome, frame.sampleRate !== undefined);
  }

  #context(site: SiteInfo, row: number): ContextBytes | undefined {
    const index = this.#batch.context[row] ?? 0;
    const data = contextOf(site, this.#batch.contexts[index]);
    if (data === undefined) return NO_CONTEXT;
    const known = (this.#contexts[index] ??= encodeContext(data, this.#frame.to) ?? false);
    return known === false ? undefined : known;
  }
}

/** False where a part is more than its slot can write. */
function write(frame: Frame, parts: readonly Part[]): boolean {
  frame.to.begin();
  for (const part of parts) {
    if (typeof part !== 'function') writeShared(frame, part);
    else if (!part(frame)) return false;
  }
  return true;
}
