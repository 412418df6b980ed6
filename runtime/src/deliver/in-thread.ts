import { sameConfig } from '../config/here.ts';
import type { Config } from '../config/options.ts';
import { materialise } from '../event/materialise.ts';
import { outside } from '../instrument/outside.ts';
import { runtimeState } from '../instrument/state.ts';
import { publishEvents } from './acknowledged.ts';
import { type Destination, openDestination } from './destination.ts';
import { MemoryOutlet } from './memory.ts';
import type { Outlet } from './outlet.ts';
import { Pipeline } from './pipeline.ts';
import { releaseRows } from './row-memory.ts';
import type { HeldBatch } from './worker/held-batch.ts';
import type { Lot } from './worker/held-events.ts';
import { Recovery } from './worker/recovery.ts';

/** How long a destination that was replaced may take to let go, ms. */
const RETIRE_MS = 2000;

/** What the delivery in the application's thread needs of its surroundings. */
export interface InThreadOptions {
  /** What is in effect. */
  config(): Config;
  opened(project: string, destination: string): void;
  /** The worker whose log may hold a part of a batch that was taken from it. */
  worker(): number | undefined;
}

/** Batches become events in slices, and go to an outlet, in the thread that recorded them. Nothing here throws. */
export class InThreadDelivery {
  readonly #options: InThreadOptions;
  readonly #pipeline: Pipeline<HeldBatch> = new Pipeline((batch, from, to) => this.#take(batch, from, to));
  readonly #recovery: Recovery;
  readonly #retiring: Map<Outlet, Promise<void>> = new Map();
  #opened: Destination | undefined;
  /** The one that was closed last, for its counters. */
  #last: Outlet | undefined;

  constructor(options: InThreadOptions) {
    this.#options = options;
    this.#recovery = new Recovery(options.worker);
  }

  /** The outlet in use, else the one that was closed last. */
  get outlet(): Outlet | undefined {
    return this.#opened?.transport ?? this.#last;
  }

  get batches(): number {
    return this.#pipeline.length;
  }

  get waiting(): number {
    return this.#pipeline.waiting;
  }

  /** True while an outlet still has to deliver what it took over. */
  get undelivered(): boolean {
    const { transport } = this.#opened ?? {};
    return this.#retiring.size > 0 || transport?.isTakingOver === true || (transport?.stats().pending ?? 0) > 0;
  }

  /** The configuration has changed: what is delivered from now on opens the new destination. */
  configure(config: Config): void {
    if (this.#opened === undefined || sameConfig(this.#opened.config, config)) return;
    this.#retire(this.#opened.transport, RETIRE_MS);
    this.#opened = undefined;
  }

  accept(batches: readonly HeldBatch[]): void {
    for (const held of batches) {
      if (held.again) this.#recovery.expect(held.batch);
      this.#pipeline.accept(held, Number.POSITIVE_INFINITY);
    }
  }

  /** Events that are final. */
  append({ events, again, acknowledged }: Lot): void {
    const { config, transport } = this.open();
    if (again) this.#recovery.look(config.dir, events);
    const missing = again ? this.#recovery.missing(config.dir, events) : events;
    if (missing.length === 0) acknowledged([]);
    else transport.append(missing, acknowledged);
  }

  /** There is no worker any more: what dead ones have left in the log is delivered from here, whether more comes or not. */
  takeOver(): void {
    this.open().transport.takeOver?.();
  }

  drainNow(): void {
    this.#pipeline.drainNow();
  }

  async flush(timeoutMs: number): Promise<void> {
    await this.#pipeline.drain();
    await Promise.all([this.#opened?.transport.flush(timeoutMs), ...this.#retiring.values()]);
  }

  /** A later event opens the outlet again, so that nothing is lost after a close that came too early. */
  async close(timeoutMs: number): Promise<void> {
    await this.#pipeline.drain();
    const { transport } = this.#opened ?? {};
    if (transport !== undefined && !(transport instanceof MemoryOutlet)) {
      this.#opened = undefined;
      this.#retire(transport, timeoutMs);
    }
    await Promise.all(this.#retiring.values());
  }

  closeNow(): void {
    this.drainNow();
    for (const transport of this.#retiring.keys()) transport.closeSync();
    if (this.#opened === undefined || this.#opened.transport instanceof MemoryOutlet) return;
    this.#last = this.#opened.transport;
    this.#opened = undefined;
    this.#last.closeSync();
  }

  open(): Destination {
    if (this.#opened !== undefined) return this.#opened;
    const opened = outside(() => openDestination(this.#options.config()));
    this.#opened = opened;
    this.#options.opened(opened.config.project, opened.transport.destination);
    return opened;
  }

  #take(held: HeldBatch, from: number, to: number): void {
    const { batch, again } = held;
    const { config, transport, router } = this.open();
    const made = materialise(batch, runtimeState().sites, config, router, from, to);
    const events = again ? this.#recovery.missing(config.dir, made) : made;
    if (to === batch.length && !held.isKnownElsewhere) releaseRows(batch.rows);
    transport.append(events, (lost) => publishEvents(events, lost, config.acknowledgement));
  }

  #retire(transport: Outlet, timeoutMs: number): void {
    this.#last = transport;
    const retired = transport.close(timeoutMs).finally(() => this.#retiring.delete(transport));
    this.#retiring.set(transport, retired);
  }
}
