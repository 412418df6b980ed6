import { sameConfig } from '../../config/here.ts';
import type { Config } from '../../config/options.ts';
import { say } from '../../diagnostics/say.ts';
import { runtimeState } from '../../instrument/state.ts';
import type { Acknowledge } from '../outlet.ts';
import type { WorkerStats } from '../stats.ts';
import type { FrozenEvent } from '../transport.ts';
import { endWorker } from './end-worker.ts';
import { Flushes } from './flushes.ts';
import type { HeldBatch } from './held-batch.ts';
import { HeldBatches } from './held-batches.ts';
import { HeldEvents, type Lot } from './held-events.ts';
import { plainSite } from './posted.ts';
import { type FromWorker, GATE, type PostedBatch, type WorkerConfig, type WorkerCounts } from './protocol.ts';
import { SumOfWorkers } from './sum-of-workers.ts';
import { WorkerLife } from './worker-life.ts';

/** What the host needs of the delivery it belongs to. */
export interface HostEvents {
  /** The worker has opened its destination. */
  opened(project: string, destination: string): void;
  /** The main thread has to deliver these; there is no further worker where `stats.state` is `in-thread`. */
  handedBack(batches: readonly HeldBatch[], lots: readonly Lot[]): void;
}

/** The worker gives up that much earlier than who waits for it, so that its answer is in time, ms. */
const ANSWER_MS = 250;

/** The main thread's side of the worker: keeps every batch until the worker has said that it is safe. Nothing here throws. */
export class WorkerHost {
  readonly #events: HostEvents;
  readonly #life: WorkerLife;
  readonly #sum: SumOfWorkers = new SumOfWorkers();
  readonly #held: HeldBatches = new HeldBatches();
  readonly #heldEvents: HeldEvents = new HeldEvents();
  readonly #flushes: Flushes = new Flushes((call, close, timeoutMs) => {
    if (!this.#life.isReady) return;
    this.#postEvents();
    this.#life.post({ type: 'flush', call, close, timeoutMs: Math.max(0, timeoutMs - ANSWER_MS) });
  });
  #config: Config;
  #sitesSent = 0;
  /** Something was sent since a flush has told that everything arrived. */
  #undelivered = false;
  /** The worker has been asked to end. */
  #isEnding = false;

  constructor(file: string, config: Config, events: HostEvents) {
    this.#config = config;
    this.#events = events;
    this.#life = new WorkerLife(file, {
      config: () => sendable(this.#config),
      started: () => this.#started(),
      heard: (message) => this.#hear(message),
      died: () => this.#died(),
      gaveUp: () => this.#gaveUp(),
    });
    this.#life.start();
  }

  get stats(): WorkerStats {
    return this.#life.stats;
  }

  get counts(): WorkerCounts {
    return this.#sum.counts;
  }

  /** Events that dead workers may have left in the log. */
  get left(): number {
    return this.#sum.left;
  }

  /** Batches that are not safe yet. */
  get batches(): number {
    return this.#held.size;
  }

  /** Events that are not safe yet. */
  get waiting(): number {
    return this.#held.events + this.#heldEvents.events;
  }

  get undelivered(): boolean {
    return (
      this.#undelivered || this.#held.size > 0 || this.#heldEvents.events > 0 || (this.left > 0 && !this.#life.isOver)
    );
  }

  /** The worker is up. */
  get isReady(): boolean {
    return this.#life.isReady;
  }

  get thread(): number | undefined {
    return this.#life.worker?.thread;
  }

  send(batches: readonly HeldBatch[]): void {
    this.#held.add(batches);
    this.#postBatches();
  }

  /** Sends events that are final, when the worker is up. `acknowledged` comes once, when they are safe or lost. */
  append(events: readonly FrozenEvent[], acknowledged: Acknowledge): void {
    this.#heldEvents.add(events, acknowledged);
    this.#postEvents();
  }

  configure(config: Config): void {
    if (config === this.#config || sameConfig(config, this.#config)) return;
    this.#config = config;
    this.#life.post({ type: 'configure', config: sendable(config) });
  }

  /** Resolves when everything sent is delivered, or `timeoutMs` has passed. `close`: and then lets go of files and sockets. */
  async flush(timeoutMs: number, close: boolean): Promise<void> {
    if (this.#life.isOver || (!this.isReady && !this.undelivered)) return;
    await this.#flushes.begin(close, timeoutMs);
  }

  /** What has arrived from the worker, without a turn of the event loop. */
  receive(): void {
    this.#life.receive();
  }

  /** Takes everything away from the worker that is not safe. */
  takeBack(): { batches: HeldBatch[]; lots: Lot[] } {
    this.#undelivered = false;
    const { worker } = this.#life;
    if (worker !== undefined) Atomics.store(worker.gate, GATE.taken, this.#heldEvents.latest);
    return { batches: this.#held.takeBack(), lots: this.#heldEvents.takeBack() };
  }

  /** For the `exit` event: lets the worker finish, as long as it gets on; gives what the main thread must deliver itself. */
  endNow(): { batches: HeldBatch[]; lots: Lot[] } {
    const { worker, isReady } = this.#life;
    if (worker && isReady) {
      // it may be up without having been heard; whatever is sent after its end would be worked on in two threads
      this.receive();
      this.#postEvents();
      this.#isEnding = true;
      endWorker(worker, () => this.#doneNow());
    }
    this.receive();
    const left = this.takeBack();
    this.#isEnding = false;
    // what was finished at the very last moment
    this.#held.finishDone(this.#config.acknowledgement);
    return left;
  }

  #doneNow(): number {
    this.receive();
    return this.#held.done + this.#heldEvents.safe;
  }

  #postBatches(): void {
    if (this.#life.worker === undefined) return;
    const { sites } = runtimeState();
    const batches: PostedBatch[] = [];
    const sent: HeldBatch[] = [];
    for (const held of this.#held.unposted()) {
      try {
        batches.push(held.toPosted());
        sent.push(held);
        held.isPosted = true;
      } catch {
        // something in there cannot be sent
        this.#events.handedBack(this.#held.takeBack([held]), []);
      }
    }
    if (batches.length === 0) return;
    try {
      this.#life.post({ type: 'batches', sites: sites.slice(this.#sitesSent).map(plainSite), batches });
    } catch {
      // a site that was not written by our generator
      this.#events.handedBack(this.#held.takeBack(sent), []);
      return;
    }
    this.#sitesSent = sites.length;
    this.#undelivered = true;
  }

  /**
   * Not before the worker is up: who takes them back from one that starts could not know whether it delivers them as well.
   * Batches need not wait, because a claim on each says who does.
   */
  #postEvents(): void {
    if (!this.#life.isReady || this.#isEnding) return;
    for (const message of this.#heldEvents.unposted()) {
      this.#life.post(message);
      this.#undelivered = true;
    }
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.#postEvents();
        this.#flushes.sendAgain();
        break;
      case 'opened':
        this.#events.opened(message.project, message.destination);
        break;
      case 'done':
        this.#held.finish(message.batches, this.#config.acknowledgement);
        break;
      case 'safe':
        this.#heldEvents.finish(message.seq, message.lost);
        break;
      case 'said':
        say(message.code, message.message, message.cause, message.times);
        break;
      case 'counts':
        this.#sum.heard(message.counts);
        break;
      case 'flushed':
        this.#undelivered = (this.#sum.counts.transport?.pending ?? 0) + this.left > 0;
        this.#flushes.settle(message.call);
    }
  }

  #started(): void {
    this.#sitesSent = 0;
    this.#postBatches();
  }

  #died(): void {
    this.#sum.died(this.#held.safe + this.#heldEvents.safe);
    this.#held.finishDone(this.#config.acknowledgement);
    this.#held.freeAll();
    this.#heldEvents.died();
  }

  #gaveUp(): void {
    this.#flushes.settleAll();
    this.#events.handedBack(this.#held.takeBack(), this.#heldEvents.takeBack());
  }
}

function sendable({ onDiagnostic: _, custom: __, exporters: ___, ...config }: Config): WorkerConfig {
  return config;
}
