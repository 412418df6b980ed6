import { Pipeline } from '../deliver/pipeline.ts';
import { endsWithin } from '../deliver/resilience/within.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { errorText } from '../diagnostics/error-text.ts';
import { say } from '../diagnostics/say.ts';
import type { PartialOrigin } from '../event/build-event.ts';
import { decodeEvent } from '../event/document.ts';
import { toJson } from '../event/json.ts';
import type { Batch } from '../instrument/batch.ts';
import { runtimeState } from '../instrument/state.ts';
import type { EventExporter, RecordedEvent } from './exporter.ts';
import { recordedEvents } from './recorded-events.ts';
import { sealedCopy } from './sealed-copy.ts';

/** What exporters have been given; `exporters` of `stats()`. */
export interface ExporterStats {
  /** Events given to them. */
  exported: number;
  /** Events that wait for their turn. */
  waiting: number;
  /** Events they never got, because calls came faster than they took them. */
  dropped: number;
  /** Calls of theirs that failed. */
  failures: number;
}

/** Something with a length that becomes events, all or some of it. */
interface Source {
  readonly length: number;
  events(from: number, to: number): readonly RecordedEvent[];
}

/** Something of an exporter's that has not ended. */
interface Run {
  readonly exporter: EventExporter;
  /** A flush has waited for it in vain. */
  overdue: boolean;
}

/** Gives exporters what is recorded, in slices beside delivery. Nothing here throws. */
export class Exporting {
  readonly #origin: () => PartialOrigin;
  readonly #pipeline: Pipeline<Source> = new Pipeline((source, from, to) => this.#export(source.events(from, to)));
  readonly #running: Map<Promise<void>, Run> = new Map();
  readonly #counts = { exported: 0, dropped: 0, failures: 0 };
  #exporters: readonly EventExporter[] = [];
  #unflushed = false;

  /** @param origin what is in effect, when it is needed */
  constructor(origin: () => PartialOrigin) {
    this.#origin = origin;
  }

  /** From now on these; others have had what came before, and are told to let it go. */
  use(exporters: readonly EventExporter[]): void {
    const before = this.#exporters;
    if (before.length === exporters.length && before.every((one, index) => one === exporters[index])) return;
    this.#pipeline.drainNow();
    this.#exporters = exporters;
    for (const one of before) if (!exporters.includes(one)) this.#run(one, () => one.flush?.());
    this.#giveUp();
  }

  /** Undefined where nobody is told anything. */
  get stats(): ExporterStats | undefined {
    if (this.#exporters.length === 0 && this.#counts.exported === 0) return undefined;
    return { ...this.#counts, waiting: this.#pipeline.waiting };
  }

  /** Something was exported since the last flush, or will be. */
  get undelivered(): boolean {
    return this.#unflushed || this.#pipeline.length > 0;
  }

  /** Sealed batches, before delivery has had them. */
  take(batches: readonly { readonly batch: Batch }[]): void {
    if (this.#exporters.length === 0) return;
    for (const { batch } of batches) {
      if (this.#isFull(batch.length)) continue;
      const copy = sealedCopy(batch);
      this.#accept({ length: copy.length, events: (from, to) => recordedEvents(copy, this.#origin(), from, to) });
    }
  }

  /** Events from elsewhere. */
  append(events: readonly FrozenEvent[]): void {
    if (this.#exporters.length === 0 || this.#isFull(events.length)) return;
    this.#accept({ length: events.length, events: (from, to) => events.slice(from, to).flatMap(decoded) });
  }

  drainNow(): void {
    this.#pipeline.drainNow();
  }

  async flush(timeoutMs: number): Promise<void> {
    await this.#pipeline.drain();
    this.#unflushed = false;
    for (const one of this.#exporters) this.#run(one, () => one.flush?.());
    const waited = [...this.#running];
    await endsWithin(Promise.all(waited.map(([running]) => running)), timeoutMs);
    for (const [, run] of waited) run.overdue = true;
    this.#giveUp();
  }

  /** One that never ends, of an exporter that is not used any more, must not hold up every flush to come. */
  #giveUp(): void {
    for (const [running, { exporter, overdue }] of this.#running) {
      if (overdue && !this.#exporters.includes(exporter)) this.#running.delete(running);
    }
  }

  #isFull(events: number): boolean {
    if (this.#pipeline.length < runtimeState().maxPendingBatches) return false;
    this.#counts.dropped += events;
    say(
      'PAN4172',
      `${this.#counts.dropped} events were not given to exporters, which are slower than calls come. Events are delivered all the same.`,
    );
    return true;
  }

  #accept(source: Source): void {
    this.#unflushed = true;
    this.#pipeline.accept(source, Number.POSITIVE_INFINITY);
  }

  #export(events: readonly RecordedEvent[]): void {
    this.#counts.exported += events.length;
    for (const one of this.#exporters) this.#run(one, () => one.export(events));
  }

  /** Calls something of the user's. */
  #run(exporter: EventExporter, work: () => void | Promise<void>): void {
    const failed = (error: unknown): void => {
      this.#counts.failures++;
      say('PAN4171', `The exporter ${exporter.name} has failed: ${errorText(error)}`, exporter.name);
    };
    try {
      const result = work();
      if (result === undefined) return;
      const running = Promise.resolve(result)
        .catch(failed)
        .finally(() => this.#running.delete(running));
      this.#running.set(running, { exporter, overdue: false });
    } catch (error) {
      failed(error);
    }
  }
}

function decoded({ doc }: FrozenEvent): RecordedEvent[] {
  try {
    const event = toJson(decodeEvent(doc));
    return [{ event, startMs: Date.parse(event.ts) }];
  } catch {
    // whoever made it has been told
    return [];
  }
}
