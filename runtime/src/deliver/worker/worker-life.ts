import { receiveMessageOnPort } from 'node:worker_threads';
import { maskUris } from '../../config/mask-uri.ts';
import { say } from '../../diagnostics/say.ts';
import { deadThreads } from '../../log/owner.ts';
import type { WorkerStats } from '../stats.ts';
import type { FromWorker, ToWorker, WorkerConfig } from './protocol.ts';
import { Restarts } from './restarts.ts';
import { type RunningWorker, startWorker } from './start-worker.ts';

export interface LifeEvents {
  /** What the next worker is started with. */
  config(): WorkerConfig;
  /** A worker has been started: it knows nothing of what was sent to one before. */
  started(): void;
  heard(message: FromWorker): void;
  /** The worker is dead; another one may come. */
  died(): void;
  /** There will be no further worker. */
  gaveUp(): void;
}

const later = setTimeout;

/** One worker after the other, as long as they do anything. Nothing here throws. */
export class WorkerLife {
  readonly stats: WorkerStats = { state: 'off', restarts: 0 };
  readonly #file: string;
  readonly #events: LifeEvents;
  readonly #restarts: Restarts = new Restarts();
  #worker: RunningWorker | undefined;

  constructor(file: string, events: LifeEvents) {
    this.#file = file;
    this.#events = events;
  }

  /** The one that lives; it may not be up yet. */
  get worker(): RunningWorker | undefined {
    return this.#worker;
  }

  get isReady(): boolean {
    return this.#worker?.isReady() ?? false;
  }

  get isOver(): boolean {
    return this.stats.state === 'in-thread';
  }

  start(): void {
    try {
      const ended = (error: unknown): void => this.#ended(error);
      this.#worker = startWorker(this.#file, this.#events.config(), [...deadThreads()], ended);
    } catch (error) {
      this.#giveUp(String(error));
      return;
    }
    this.stats.state = 'starting';
    this.#worker.port.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.port.unref();
    this.#events.started();
  }

  /** Does nothing where there is no worker just now. */
  post(message: ToWorker): void {
    this.#worker?.port.postMessage(message);
  }

  /** Hears what has arrived, without a turn of the event loop. */
  receive(): void {
    const { port } = this.#worker ?? {};
    for (let next = port && receiveMessageOnPort(port); port && next; next = receiveMessageOnPort(port)) {
      this.#hear(next.message as FromWorker);
    }
  }

  #hear(message: FromWorker): void {
    if (message.type === 'ready') this.stats.state = 'running';
    if (message.type === 'refused') this.#giveUp(`${this.#file} is of another version`);
    if (message.type === 'done') this.#restarts.progressed();
    this.#events.heard(message);
  }

  #ended(error: unknown): void {
    this.receive();
    this.#worker?.port.close();
    if (this.#worker) deadThreads().add(this.#worker.thread);
    this.#worker = undefined;
    this.#events.died();
    if (this.isOver) return;
    const pause = this.#restarts.died();
    if (pause === undefined) {
      const cause = error instanceof Error ? error.message : String(error ?? 'it was terminated');
      say(
        'PAN6511',
        `The worker does not stay alive (${maskUris(cause)}): the application's own thread delivers from now on.`,
      );
      this.#giveUp(cause);
      return;
    }
    this.stats.state = 'restarting';
    this.stats.restarts = this.#restarts.count;
    later(() => this.start(), pause).unref();
  }

  #giveUp(reason: string): void {
    this.stats.state = 'in-thread';
    this.stats.reason = maskUris(reason);
    this.#events.gaveUp();
  }
}
