import type { Config } from '../../config/options.ts';
import { rowIds } from '../../event/event-id.ts';
import { invalidValues } from '../../event/invalid.ts';
import { materialise } from '../../event/materialise.ts';
import type { Batch } from '../../instrument/batch.ts';
import type { SiteInfo } from '../../instrument/site.types.ts';
import { runtimeState } from '../../instrument/state.ts';
import { type Destination, openDestination } from '../destination.ts';
import type { Acknowledge, Outlet } from '../outlet.ts';
import { Pipeline } from '../pipeline.ts';
import type { FrozenEvent } from '../transport.ts';
import { ClaimedBatch } from './claimed-batch.ts';
import type { DoneBatch, FromWorker, PostedBatch, ToWorker, WorkerConfig, WorkerCounts } from './protocol.ts';
import { Recovery } from './recovery.ts';

/** Sockets of this thread keep no process alive: they stay open between one batch and the next, ms. */
const IDLE_MS = 60_000;

/** How long a destination that was replaced may take to let go, ms. */
const RETIRE_MS = 2000;

/** The delivery of the worker's own thread: batches become events, and are safe. Nothing here throws. */
export class WorkerDelivery {
  readonly #post: (message: FromWorker) => void;
  readonly #sites: SiteInfo[] = [];
  readonly #recovery: Recovery = new Recovery();
  readonly #pipeline: Pipeline<ClaimedBatch> = new Pipeline((batch, from, to) => this.#take(batch, from, to));
  readonly #retiring: Set<Promise<void>> = new Set();
  #config: Config;
  #opened: Destination | undefined;
  /** The one that was closed last, for its counters. */
  #last: Outlet | undefined;
  #done: DoneBatch[] = [];

  constructor(config: WorkerConfig, post: (message: FromWorker) => void) {
    this.#config = whole(config);
    this.#post = post;
  }

  handle(message: Exclude<ToWorker, { type: 'end' }>): void {
    switch (message.type) {
      case 'batches':
        this.#sites.push(...(message.sites as SiteInfo[]));
        for (const batch of message.batches) this.#accept(batch);
        break;
      case 'append':
        this.append(message.events, message.again, (lost) => this.#post({ type: 'safe', seq: message.seq, lost }));
        break;
      case 'configure':
        this.#configure(message.config);
        break;
      case 'flush':
        void this.#flush(message.close, message.timeoutMs).then(() => {
          this.#post({ type: 'counts', counts: this.counts() });
          this.#post({ type: 'flushed', call: message.call });
        });
    }
  }

  /** Events that are ready, from another thread. `again`: a worker that died may have put some of them into the log. */
  append(events: readonly FrozenEvent[], again: boolean, acknowledged: Acknowledge): void {
    if (again) this.#recovery.look(this.#config.dir, events);
    const missing = again ? this.#recovery.missing(this.#config.dir, events) : events;
    if (missing.length === 0) acknowledged([]);
    else this.#open().transport.append(missing, acknowledged);
  }

  /** What a worker before this one has left in the log is delivered, whether more comes or not. */
  takeOver(): void {
    this.#open().transport.takeOver?.();
  }

  /** Makes safe what can be without waiting. A later batch opens the destination again. */
  end(): void {
    this.#pipeline.drainNow();
    this.#close()?.closeSync();
    this.#tellDone();
    this.#post({ type: 'counts', counts: this.counts() });
  }

  counts(): WorkerCounts {
    const { counters } = runtimeState();
    const transport = this.#opened?.transport ?? this.#last;
    return {
      dropped: counters.dropped,
      invalidValues: [...invalidValues().values()].reduce((sum, count) => sum + count, 0),
      internalErrors: counters.internalErrors,
      isTakingOver: this.#opened?.transport.isTakingOver ?? false,
      transport: transport && { name: transport.name, destination: transport.destination, ...transport.stats() },
    };
  }

  #accept(posted: PostedBatch): void {
    const claimed = new ClaimedBatch(posted);
    if (claimed.again) this.#recovery.expect(claimed.batch);
    this.#pipeline.accept(claimed, Number.POSITIVE_INFINITY);
  }

  #take(claimed: ClaimedBatch, from: number, to: number): void {
    if (!claimed.claim()) return;
    const { batch, again } = claimed;
    const { config, transport, router } = this.#open();
    const events = materialise(batch, this.#sites, config, router, from, to);
    if (events.length < to - from) claimed.left.push(...rowsBut(batch, events, from, to));
    const missing = again ? this.#recovery.missing(config.dir, events) : events;
    if (missing.length > 0) {
      claimed.opened();
      transport.append(missing, (lost) => {
        if (lost.length > 0) claimed.lost.push(...rowsOf(batch, lost, from, to));
        this.#settle(claimed);
      });
    }
    if (to === batch.length) this.#settle(claimed);
  }

  #settle(claimed: ClaimedBatch): void {
    if (!claimed.closed()) return;
    if (this.#done.length === 0) queueMicrotask(() => this.#tellDone());
    this.#done.push({ serial: claimed.batch.serial, left: claimed.left, lost: claimed.lost });
  }

  #tellDone(): void {
    if (this.#done.length === 0) return;
    this.#post({ type: 'done', batches: this.#done });
    this.#done = [];
  }

  async #flush(close: boolean, timeoutMs: number): Promise<void> {
    await this.#pipeline.drain();
    const delivered = close ? this.#close()?.close(timeoutMs) : this.#opened?.transport.flush(timeoutMs);
    await Promise.all([delivered, ...this.#retiring]);
  }

  #configure(config: WorkerConfig): void {
    this.#config = whole(config);
    const outlet = this.#close();
    if (outlet === undefined) return;
    const retired = outlet.close(RETIRE_MS).finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }

  /** A later batch opens the destination again. */
  #close(): Outlet | undefined {
    if (this.#opened === undefined) return undefined;
    this.#last = this.#opened.transport;
    this.#opened = undefined;
    return this.#last;
  }

  #open(): Destination {
    if (this.#opened !== undefined) return this.#opened;
    const opened = openDestination(this.#config, { idleMs: IDLE_MS });
    this.#opened = opened;
    const { project } = opened.config;
    this.#post({ type: 'opened', project, destination: opened.transport.destination });
    return opened;
  }
}

const whole = (config: WorkerConfig): Config => ({
  ...config,
  onDiagnostic: undefined,
  custom: undefined,
  exporters: [],
});

function rowsBut(batch: Batch, events: readonly FrozenEvent[], from: number, to: number): number[] {
  const made = new Set(events.map(({ id }) => id));
  return rowsWhere(batch, from, to, (id) => !made.has(id));
}

function rowsOf(batch: Batch, ids: readonly string[], from: number, to: number): number[] {
  const wanted = new Set(ids);
  return rowsWhere(batch, from, to, (id) => wanted.has(id));
}

function rowsWhere(batch: Batch, from: number, to: number, isWanted: (id: string) => boolean): number[] {
  const idOf = rowIds(batch);
  return Array.from({ length: to - from }, (_, index) => from + index).filter((row) => isWanted(idOf(row)));
}
