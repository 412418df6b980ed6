import { isMainThread } from 'node:worker_threads';
import { announce } from '../deliver/announce.ts';
import { type Destination, openDestination } from '../deliver/destination.ts';
import type { Outlet } from '../deliver/outlet.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { connectIngress, type IngressClient } from '../deliver/worker/ingress.ts';
import { errorText } from '../diagnostics/error-text.ts';
import { say } from '../diagnostics/say.ts';

/** Events that nobody has acknowledged, at most; beyond that the newest are dropped, counted and said. */
const MAX_WAITING = 100_000;

/** Time between two questions whether somebody takes events, ms. */
const ASK_MS = 10;

/** Without an answer for so long this thread delivers the events itself, ms; at the end there is less time. */
const PATIENCE_MS = 5000;
const CLOSING_MS = 1000;

/** The same where nobody has answered yet: short, because pino ends the thread of a logger that is garbage without a word. */
const STRANGER_MS = 30;

const later = setInterval;
const alarm = setTimeout;
const cancel = clearTimeout;

/**
 * Gives events to the worker of this process that owns the log, and waits for its acknowledgement. Where there is none,
 * or none any more, they are delivered from here. Nothing here throws or rejects.
 */
export class HandOver {
  readonly #strangerMs: number;
  #destination: Destination;
  #client: IngressClient | undefined;
  /** Somebody has answered the client that is in use. */
  #answered = false;
  #heardAt = 0;
  #asking: NodeJS.Timeout | undefined;
  #own: Outlet | undefined;
  #closing = false;
  #waiting = 0;
  #dropped = 0;
  #settled: (() => void)[] = [];
  readonly #atExit = (): void => this.#closeSync();

  /**
   * @param destination where events go that are delivered from here; nothing is written before the first of them
   * @param asks looks for a worker that takes events. Default: off the main thread, which is not to wait for one at its end.
   * @param strangerMs for tests
   */
  constructor(destination: Destination, asks: boolean = !isMainThread, strangerMs: number = STRANGER_MS) {
    this.#destination = destination;
    this.#strangerMs = strangerMs;
    process.once('exit', this.#atExit);
    if (asks) this.#connect();
  }

  /** Events that are not safe yet. */
  get waiting(): number {
    return this.#waiting;
  }

  append(events: readonly FrozenEvent[]): void {
    if (this.#waiting + events.length > MAX_WAITING) {
      this.#dropped += events.length;
      say('PAN6552', `${this.#dropped} events of log lines lost so far: lines come faster than they are delivered.`);
      return;
    }
    this.#waiting += events.length;
    if (this.#client === undefined || (this.#own !== undefined && !this.#answered)) {
      this.#deliver(events);
      return;
    }
    this.#client.append(events, () => this.#safe(events.length));
    this.#ask();
  }

  /** Resolves when everything is safe, or `timeoutMs` has passed. */
  async flush(timeoutMs: number): Promise<void> {
    this.#ask();
    if (this.#waiting > 0) {
      await new Promise<void>((resolve) => {
        const late = alarm(resolve, timeoutMs);
        this.#settled.push(() => {
          cancel(late);
          resolve();
        });
      });
    }
    await this.#own?.flush(timeoutMs);
  }

  /** As `flush`; what is not safe then is delivered from here, as far as that goes without waiting. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing = true;
    await this.flush(timeoutMs);
    this.#takeOver();
    this.#client?.close();
    this.#client = undefined;
    await this.#own?.close(timeoutMs);
    this.#own = undefined;
    process.off('exit', this.#atExit);
  }

  #connect(): void {
    this.#answered = false;
    this.#heardAt = performance.now();
    this.#client = connectIngress(() => this.#heard());
    this.#client.hello();
  }

  #heard(): void {
    this.#answered = true;
    this.#heardAt = performance.now();
    if (this.#own === undefined || this.#closing) return;
    // events go there again; what was delivered from here until now finishes on its own
    const own = this.#own;
    this.#own = undefined;
    this.#destination = openDestination(this.#destination.config);
    void own.close(PATIENCE_MS);
  }

  /** Asks until everything is acknowledged. */
  #ask(): void {
    if (this.#waiting === 0 || this.#asking !== undefined || this.#client === undefined) return;
    // who starts later says so unasked: without an answer so far, there is no reason to wait for one anew
    if (this.#answered) this.#heardAt = performance.now();
    this.#asking = later(() => {
      const patience = this.#closing ? CLOSING_MS : PATIENCE_MS;
      const limit = this.#answered ? patience : this.#strangerMs;
      if (performance.now() - this.#heardAt > limit) this.#takeOver();
      else this.#client?.hello();
    }, ASK_MS);
    this.#asking.unref();
  }

  /** Delivers from here what nobody has acknowledged. Should it have arrived all the same, the ids are the same. */
  #takeOver(): void {
    this.#rest();
    const lots = this.#client?.unacknowledged() ?? [];
    if (lots.length === 0) return;
    this.#client?.close();
    this.#connect();
    for (const events of lots) this.#deliver(events);
  }

  #deliver(events: readonly FrozenEvent[]): void {
    // what is thrown in a timer here would end the application
    try {
      if (this.#own === undefined) {
        this.#own = this.#destination.transport;
        announce(this.#destination.config, this.#own.destination);
      }
      this.#own.append(events, () => this.#safe(events.length));
    } catch (error) {
      say('PAN6550', `${events.length} events of log lines are lost: ${errorText(error)}`);
      this.#safe(events.length);
    }
  }

  #safe(count: number): void {
    this.#waiting -= count;
    if (this.#waiting > 0) return;
    this.#rest();
    for (const settled of this.#settled.splice(0)) settled();
  }

  #rest(): void {
    cancel(this.#asking);
    this.#asking = undefined;
  }

  /** The thread ends without having been asked. */
  #closeSync(): void {
    for (const events of this.#client?.unacknowledged() ?? []) this.#deliver(events);
    this.#own?.closeSync();
  }
}
