import { automaticConfig, resolveHere, sameConfig } from '../config/here.ts';
import type { Config } from '../config/options.ts';
import { saidByCause, say } from '../diagnostics/say.ts';
import { invalidValues } from '../event/invalid.ts';
import { materialise } from '../event/materialise.ts';
import type { Batch } from '../instrument/batch.ts';
import { sealBatch } from '../instrument/columns.ts';
import { outside } from '../instrument/outside.ts';
import { runtimeState } from '../instrument/state.ts';
import { publishAcknowledged } from './acknowledged.ts';
import { announce } from './announce.ts';
import { type Destination, openDestination } from './destination.ts';
import { MemoryOutlet } from './memory.ts';
import type { Outlet } from './outlet.ts';
import { Pipeline } from './pipeline.ts';
import type { Stats } from './stats.ts';

/** How long a destination that was replaced may take to let go, ms. */
const RETIRE_MS = 2000;

/** From sealed batches to a transport: one a process, shared by all copies of the runtime. Nothing here throws. */
export class Delivery {
  readonly #pipeline: Pipeline = new Pipeline((batch, from, to) => this.#take(batch, from, to));
  readonly #retiring: Map<Outlet, Promise<void>> = new Map();
  /** What `createPanoptic` asked for; without it the configuration is found at the first event that is delivered. */
  #configured: Config | undefined;
  #opened: Destination | undefined;
  /** The one that was closed last, for its counters. */
  #last: Outlet | undefined;
  #announced = '';
  /** Lost events of which the last line has told. */
  #lossSaid = 0;

  /** `RuntimeState.sink` */
  accept(batch: Batch): void {
    const { counters, maxPendingBatches } = runtimeState();
    if (this.#pipeline.accept(batch, maxPendingBatches)) return;
    counters.dropped += batch.length;
    say(
      'PAN6502',
      `${counters.dropped} events lost so far: calls come faster than they are delivered. ` +
        'Raise maxPendingBatches, or record a share of the calls with sample=.',
    );
  }

  /** From now on events go where `config` says; what was recorded before and is still in memory, too. */
  configure(config: Config): void {
    this.#configured = config;
    if (this.#opened === undefined || sameConfig(this.#opened.config, config)) return;
    const { transport } = this.#opened;
    this.#opened = undefined;
    this.#retire(transport, RETIRE_MS);
  }

  /** The configuration in use, or the one that would be used. */
  get config(): Config {
    return this.#opened?.config ?? this.#configured ?? resolveHere({}).config;
  }

  /** The transport that keeps events in memory, with everything recorded so far; undefined when another one is used. */
  memory(): MemoryOutlet | undefined {
    this.drainNow();
    const { transport } = this.#open();
    return transport instanceof MemoryOutlet ? transport : undefined;
  }

  /** Hands everything recorded so far to the transport, without waiting for a network. */
  drainNow(): void {
    sealBatch();
    this.#pipeline.drainNow();
  }

  /** True while a transport still has to deliver what it took over. */
  get undelivered(): boolean {
    return this.#retiring.size > 0 || (this.#opened?.transport.stats().pending ?? 0) > 0;
  }

  async flush(timeoutMs: number): Promise<void> {
    sealBatch();
    await this.#pipeline.drain();
    await Promise.all([this.#opened?.transport.flush(timeoutMs), ...this.#retiring.values()]);
  }

  /** A later event opens the transport again, so that nothing is lost after a close that came too early. */
  async close(timeoutMs: number): Promise<void> {
    sealBatch();
    await this.#pipeline.drain();
    if (this.#opened !== undefined && !(this.#opened.transport instanceof MemoryOutlet)) {
      const { transport } = this.#opened;
      this.#opened = undefined;
      this.#retire(transport, timeoutMs);
    }
    await Promise.all(this.#retiring.values());
  }

  /**
   * For the moment before the process ends: everything recorded is made as safe as it can be without waiting.
   * Should the process live on, a later event opens the transport again.
   */
  closeNow(): void {
    this.drainNow();
    this.#sayLoss();
    for (const transport of this.#retiring.keys()) transport.closeSync();
    if (this.#opened === undefined || this.#opened.transport instanceof MemoryOutlet) return;
    this.#last = this.#opened.transport;
    this.#opened = undefined;
    this.#last.closeSync();
  }

  stats(): Stats {
    const { counters, batch } = runtimeState();
    const transport = this.#opened?.transport ?? this.#last;
    return {
      recorded: counters.recorded,
      dropped: counters.dropped,
      waiting: this.#pipeline.waiting + (batch?.length ?? 0),
      invalidValues: [...invalidValues().values()].reduce((sum, count) => sum + count, 0) + counters.skippedValues,
      internalErrors: counters.internalErrors,
      transport: transport && { name: transport.name, destination: transport.destination, ...transport.stats() },
      problems: Object.fromEntries([...saidByCause()].map(([cause, { count }]) => [cause, count])),
    };
  }

  #take(batch: Batch, from: number, to: number): void {
    const { config, transport, router } = this.#open();
    const events = materialise(batch, runtimeState().sites, config, router, from, to);
    transport.append(events, () =>
      publishAcknowledged({
        count: events.length,
        level: config.acknowledgement,
        ids: () => events.map(({ id }) => id),
      }),
    );
  }

  #open(): Destination {
    if (this.#opened !== undefined) return this.#opened;
    const opened = outside(() => openDestination(this.#configured ?? automaticConfig()));
    this.#opened = opened;
    this.#announceOnce(opened);
    return opened;
  }

  #announceOnce({ config, transport }: Destination): void {
    const place = `${config.project} ${transport.destination}`;
    if (this.#announced === place) return;
    this.#announced = place;
    announce(config, transport);
  }

  /** The line of `accept` comes once a minute, so that it tells of the first lost batch only where the process is short. */
  #sayLoss(): void {
    const { dropped, recorded } = runtimeState().counters;
    if (dropped === this.#lossSaid) return;
    this.#lossSaid = dropped;
    say(
      'PAN6502',
      `${dropped} of ${recorded} events were lost in this process, because calls came too fast.`,
      'in all',
    );
  }

  #retire(transport: Outlet, timeoutMs: number): void {
    this.#last = transport;
    const closed = transport.close(timeoutMs).finally(() => this.#retiring.delete(transport));
    this.#retiring.set(transport, closed);
  }
}
