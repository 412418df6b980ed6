import { automaticConfig, resolveHere } from '../config/here.ts';
import type { Config } from '../config/options.ts';
import { Exporting } from '../export/exporting.ts';
import type { Batch } from '../instrument/batch.ts';
import { sealBatch } from '../instrument/columns.ts';
import { outside } from '../instrument/outside.ts';
import { runtimeState } from '../instrument/state.ts';
import { publishEvents } from './acknowledged.ts';
import { collectStats } from './collect-stats.ts';
import { InThreadDelivery } from './in-thread.ts';
import { MemoryOutlet } from './memory.ts';
import { Notices } from './notices.ts';
import type { Acknowledge } from './outlet.ts';
import type { Stats } from './stats.ts';
import type { FrozenEvent } from './transport.ts';
import { isForWorker, whyWithoutWorker } from './worker/choose.ts';
import { findWorker, WORKER_FILE } from './worker/find-worker.ts';
import { HeldBatch } from './worker/held-batch.ts';
import type { Lot } from './worker/held-events.ts';
import { WorkerHost } from './worker/host.ts';

/** Taken while modules load: fake timers in somebody's tests must not stop delivery. */
const nextTurn = setImmediate;

/** How long a destination that was replaced may take to let go, ms. */
const RETIRE_MS = 2000;

/** Share of `maxPendingBatches` that waits for its turn, before the turn comes early. */
const EARLY = 1 / 4;

/** Share of `maxPendingBatches` in memory, from which on batches had better be full. */
const CONGESTED = 1 / 4;

/** From sealed batches to a destination: one a process, shared by all copies of the runtime. Nothing here throws. */
export class Delivery {
  readonly #here: InThreadDelivery = new InThreadDelivery({
    config: () => this.#inEffect(),
    opened: (project, destination) => this.#notices.announce(this.#inEffect(), project, destination),
    worker: () => this.#host?.thread,
  });
  readonly #notices: Notices = new Notices();
  readonly #exporting: Exporting = new Exporting(() => this.#inEffect());
  /** Sealed, and neither with the worker nor on the way in this thread. */
  #fresh: HeldBatch[] = [];
  #scheduled = false;
  /** What `createPanoptic` asked for; without it the configuration is found at the first event that is delivered. */
  #configured: Config | undefined;
  #automatic: Config | undefined;
  #host: WorkerHost | undefined;
  /** Why this thread delivers, where a worker would be worth it. */
  #withoutWorker: string | undefined;

  /** `RuntimeState.sink` */
  accept(batch: Batch): void {
    const { maxPendingBatches } = runtimeState();
    // a long computation leaves no turn in which the worker could be heard
    if (this.#batches >= maxPendingBatches) this.#host?.receive();
    if (this.#batches >= maxPendingBatches) {
      this.#notices.lost(batch.length);
      return;
    }
    this.#fresh.push(new HeldBatch(batch));
    if (this.#host !== undefined && this.#fresh.length >= maxPendingBatches * EARLY) this.#dispatch();
    else this.#schedule();
  }

  /**
   * Takes over events from elsewhere, whose identity, place and bytes are final: they go the way of all others.
   * @param acknowledged called once, when all of them are safe or lost
   */
  append(events: readonly FrozenEvent[], acknowledged: Acknowledge): void {
    const config = this.#inEffect();
    this.#exporting.append(events);
    const safe = (lost: readonly string[]): void => {
      publishEvents(events, lost, config.acknowledgement);
      acknowledged(lost);
    };
    const host = this.#hostFor(config);
    if (host === undefined) this.#here.append({ events, again: false, acknowledged: safe });
    else host.append(events, safe);
  }

  /** `RuntimeState.congested` */
  get congested(): boolean {
    return this.#batches >= runtimeState().maxPendingBatches * CONGESTED;
  }

  /** From now on events go where `config` says; what was recorded before and is still in this thread's memory, too. */
  configure(config: Config): void {
    this.#configured = config;
    this.#exporting.use(config.exporters);
    this.#here.configure(config);
    if (this.#host === undefined) return;
    if (isForWorker(config)) this.#host.configure(config);
    else void this.#host.flush(RETIRE_MS, true);
  }

  /** The configuration in use, or the one that would be used. */
  get config(): Config {
    return this.#configured ?? this.#automatic ?? resolveHere({}).config;
  }

  /** The outlet that keeps events in memory, with everything recorded so far; undefined when another one is used. */
  memory(): MemoryOutlet | undefined {
    if (isForWorker(this.#inEffect())) return undefined;
    this.drainNow();
    const { transport } = this.#here.open();
    return transport instanceof MemoryOutlet ? transport : undefined;
  }

  /**
   * Hands everything recorded so far over without waiting: to the worker if that is up, else to the outlet of this
   * thread, because the process may end before a worker has started.
   */
  drainNow(): void {
    sealBatch();
    if (this.#host?.isReady) this.#dispatch();
    else {
      const { batches, lots } = this.#host?.takeBack() ?? { batches: [], lots: [] };
      this.#deliverHere([...batches, ...this.#takeFresh()], lots);
    }
    this.#here.drainNow();
    this.#exporting.drainNow();
  }

  /** True while something that was recorded may not have arrived. */
  get undelivered(): boolean {
    return this.#here.undelivered || (this.#host?.undelivered ?? false) || this.#exporting.undelivered;
  }

  async flush(timeoutMs: number): Promise<void> {
    sealBatch();
    this.#dispatch();
    const exported = this.#exporting.flush(timeoutMs);
    await Promise.all([this.#host?.flush(timeoutMs, false), this.#here.flush(timeoutMs), exported]);
    // what a worker gave back that did not stay alive
    if (this.#here.batches > 0) await this.#here.flush(timeoutMs);
  }

  /** A later event opens the destination again, so that nothing is lost after a close that came too early. */
  async close(timeoutMs: number): Promise<void> {
    this.drainNow();
    this.#automatic = undefined;
    const exported = this.#exporting.flush(timeoutMs);
    await Promise.all([this.#host?.flush(timeoutMs, true), this.#here.close(timeoutMs), exported]);
    if (this.#here.batches > 0) await this.#here.close(timeoutMs);
  }

  /**
   * For the moment before the process ends: everything recorded is made as safe as it can be without waiting for a network.
   * Should the process live on, a later event opens the destination again.
   */
  closeNow(): void {
    this.drainNow();
    this.#notices.lostInAll();
    if (this.#host !== undefined) {
      const { batches, lots } = this.#host.endNow();
      this.#deliverHere(batches, lots);
    }
    this.#here.closeNow();
  }

  stats(): Stats {
    return collectStats({
      waiting: this.#events,
      outlet: this.#here.outlet,
      host: this.#host,
      exporters: this.#exporting.stats,
      withoutWorker: this.#withoutWorker ?? (this.#here.outlet && whyWithoutWorker(this.#inEffect())),
    });
  }

  get #batches(): number {
    return this.#fresh.length + this.#here.batches + (this.#host?.batches ?? 0);
  }

  get #events(): number {
    const fresh = this.#fresh.reduce((sum, { length }) => sum + length, 0);
    return fresh + this.#here.waiting + (this.#host?.waiting ?? 0);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    outside(() =>
      nextTurn(() => {
        this.#scheduled = false;
        this.#dispatch();
      }),
    );
  }

  #dispatch(): void {
    const fresh = this.#takeFresh();
    if (fresh.length === 0) return;
    const host = this.#hostFor(this.#inEffect());
    this.#here.accept(host === undefined ? fresh : fresh.filter(({ isShared }) => !isShared));
    host?.send(fresh.filter(({ isShared }) => isShared));
  }

  #deliverHere(batches: readonly HeldBatch[], lots: readonly Lot[]): void {
    this.#here.accept(batches);
    for (const lot of lots) this.#here.append(lot);
  }

  #takeFresh(): HeldBatch[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    this.#exporting.take(fresh);
    return fresh;
  }

  /** The worker, if there is to be one. */
  #hostFor(config: Config): WorkerHost | undefined {
    if (!isForWorker(config)) return undefined;
    if (this.#host === undefined && this.#withoutWorker === undefined) {
      const file = findWorker();
      if (file === undefined) this.#withoutWorker = `${WORKER_FILE} is not there`;
      else {
        this.#host = new WorkerHost(file, config, {
          opened: (project, destination) => this.#notices.announce(this.#inEffect(), project, destination),
          handedBack: (batches, lots) => {
            this.#deliverHere(batches, lots);
            if (!this.#isWithWorker) this.#here.takeOver();
          },
        });
      }
    }
    if (!this.#isWithWorker) return undefined;
    this.#host?.configure(config);
    return this.#host;
  }

  get #isWithWorker(): boolean {
    return this.#host !== undefined && this.#host.stats.state !== 'in-thread';
  }

  #inEffect(): Config {
    if (this.#configured !== undefined) return this.#configured;
    if (this.#automatic === undefined) this.#automatic = outside(automaticConfig);
    return this.#automatic;
  }
}
