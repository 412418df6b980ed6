import { receiveMessageOnPort } from 'node:worker_threads';
import { sameConfig } from '../../config/here.ts';
import { maskUris } from '../../config/mask-uri.ts';
import type { Config } from '../../config/options.ts';
import { say } from '../../diagnostics/say.ts';
import { runtimeState } from '../../instrument/state.ts';
import { deadThreads } from '../../log/owner.ts';
import type { WorkerStats } from '../stats.ts';
import { endWorker } from './end-worker.ts';
import { Flushes } from './flushes.ts';
import type { HeldBatch } from './held-batch.ts';
import { HeldBatches } from './held-batches.ts';
import { plainSite } from './posted.ts';
import type { FromWorker, PostedBatch, ToWorker, WorkerConfig, WorkerCounts } from './protocol.ts';
import { Restarts } from './restarts.ts';
import { type RunningWorker, startWorker } from './start-worker.ts';
import { SumOfWorkers } from './sum-of-workers.ts';

/** What the host needs of the delivery it belongs to. */
export interface HostEvents {
  /** The worker has opened its destination. */
  opened(project: string, destination: string): void;
  /** The main thread has to deliver these; there is no further worker where `stats.state` is `in-thread`. */
  handedBack(batches: readonly HeldBatch[]): void;
}

/** The worker gives up that much earlier than who waits for it, so that its answer is in time, ms. */
const ANSWER_MS = 250;

const later = setTimeout;

/** The main thread's side of the worker: keeps every batch until the worker has said that it is safe. Nothing here throws. */
export class WorkerHost {
  readonly stats: WorkerStats = { state: 'off', restarts: 0 };
  readonly #file: string;
  readonly #events: HostEvents;
  readonly #restarts: Restarts = new Restarts();
  readonly #sum: SumOfWorkers = new SumOfWorkers();
  readonly #held: HeldBatches = new HeldBatches();
  readonly #flushes: Flushes = new Flushes((call, close, timeoutMs) =>
    this.#post({ type: 'flush', call, close, timeoutMs: Math.max(0, timeoutMs - ANSWER_MS) }),
  );
  #config: Config;
  #worker: RunningWorker | undefined;
  #sitesSent = 0;
  /** Something was sent since a flush has told that everything arrived. */
  #undelivered = false;

  constructor(file: string, config: Config, events: HostEvents) {
    this.#file = file;
    this.#config = config;
    this.#events = events;
    this.#start();
  }

  get counts(): WorkerCounts {
    return this.#sum.counts;
  }

  /** Batches that are not safe yet. */
  get batches(): number {
    return this.#held.size;
  }

  /** Events that are not safe yet. */
  get waiting(): number {
    return this.#held.events;
  }

  get undelivered(): boolean {
    return this.#undelivered || this.#held.size > 0;
  }

  /** The worker is up. */
  get isReady(): boolean {
    return this.#worker?.isReady() ?? false;
  }

  get thread(): number | undefined {
    return this.#worker?.thread;
  }

  send(batches: readonly HeldBatch[]): void {
    this.#held.add(batches);
    this.#postBatches();
  }

  configure(config: Config): void {
    if (config === this.#config || sameConfig(config, this.#config)) return;
    this.#config = config;
    this.#post({ type: 'configure', config: sendable(config) });
  }

  /** Resolves when everything sent is delivered, or `timeoutMs` has passed. `close`: and then lets go of files and sockets. */
  async flush(timeoutMs: number, close: boolean): Promise<void> {
    if (this.stats.state === 'in-thread' || (!this.isReady && !this.undelivered)) return;
    await this.#flushes.begin(close, timeoutMs);
  }

  /** What has arrived from the worker, without a turn of the event loop. */
  receive(): void {
    const { port } = this.#worker ?? {};
    for (let next = port && receiveMessageOnPort(port); port && next; next = receiveMessageOnPort(port)) {
      this.#hear(next.message as FromWorker);
    }
  }

  /** Takes everything away from the worker that is not safe. */
  takeBack(): HeldBatch[] {
    this.#undelivered = false;
    return this.#held.takeBack();
  }

  /** For the `exit` event: lets the worker finish, as long as it gets on; gives what the main thread must deliver itself. */
  endNow(): HeldBatch[] {
    if (this.#worker?.isReady()) endWorker(this.#worker, () => this.#doneNow());
    this.receive();
    return this.takeBack();
  }

  #doneNow(): number {
    this.receive();
    return this.#held.done;
  }

  #start(): void {
    this.#sitesSent = 0;
    try {
      this.#worker = startWorker(this.#file, sendable(this.#config), [...deadThreads()], (error) => this.#ended(error));
    } catch (error) {
      this.#giveUp(String(error));
      return;
    }
    this.stats.state = 'starting';
    this.#worker.port.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.port.unref();
    this.#postBatches();
    this.#flushes.sendAgain();
  }

  #postBatches(): void {
    if (this.#worker === undefined) return;
    const { sites } = runtimeState();
    const batches: PostedBatch[] = [];
    for (const held of this.#held.unposted()) {
      try {
        batches.push(held.toPosted());
        held.isPosted = true;
      } catch {
        // something in there cannot be sent
        this.#events.handedBack(this.#held.takeBack([held]));
      }
    }
    if (batches.length === 0) return;
    this.#post({ type: 'batches', sites: sites.slice(this.#sitesSent).map(plainSite), batches });
    this.#sitesSent = sites.length;
    this.#undelivered = true;
  }

  #post(message: ToWorker): void {
    this.#worker?.port.postMessage(message);
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.stats.state = 'running';
        break;
      case 'refused':
        this.#giveUp(`${this.#file} is of another version`);
        break;
      case 'opened':
        this.#events.opened(message.project, message.destination);
        break;
      case 'done':
        this.#restarts.progressed();
        this.#held.finish(message.batches, this.#config.acknowledgement);
        break;
      case 'said':
        say(message.code, message.message, message.cause, message.times);
        break;
      case 'counts':
        this.#sum.heard(message.counts);
        break;
      case 'flushed':
        this.#undelivered = (this.#sum.counts.transport?.pending ?? 0) > 0;
        this.#flushes.settle(message.call);
    }
  }

  #ended(error: unknown): void {
    this.receive();
    this.#worker?.port.close();
    if (this.#worker) deadThreads().add(this.#worker.thread);
    this.#worker = undefined;
    this.#sum.died();
    if (this.stats.state === 'in-thread') return;
    this.#held.freeAll(this.#config.acknowledgement);
    const pause = this.#restarts.died();
    if (pause === undefined) {
      const cause = maskUris(error instanceof Error ? error.message : String(error ?? 'it was terminated'));
      say('PAN6511', `The worker does not stay alive (${cause}): the application's own thread delivers from now on.`);
      this.#giveUp(cause);
      return;
    }
    this.stats.state = 'restarting';
    this.stats.restarts = this.#restarts.count;
    later(() => this.#start(), pause).unref();
  }

  #giveUp(reason: string): void {
    this.stats.state = 'in-thread';
    this.stats.reason = maskUris(reason);
    this.#flushes.settleAll();
    this.#events.handedBack(this.#held.takeBack());
  }
}

function sendable({ onDiagnostic: _, custom: __, ...config }: Config): WorkerConfig {
  return config;
}
