import { now } from '../../instrument/clock.ts';

const startTimer = setTimeout;
const cancel = clearTimeout;

/** One `flush` or `close` that somebody waits for. */
interface Waiting {
  readonly close: boolean;
  readonly deadline: number;
  readonly settle: () => void;
}

/** Flushes that the worker has not answered, each no longer than its time. They keep the process alive while they wait. */
export class Flushes {
  readonly #send: (call: number, close: boolean, timeoutMs: number) => void;
  readonly #waiting: Map<number, Waiting> = new Map();
  #call = 0;

  constructor(send: (call: number, close: boolean, timeoutMs: number) => void) {
    this.#send = send;
  }

  /** Resolves when the worker has answered, or `timeoutMs` has passed. Never rejects. */
  begin(close: boolean, timeoutMs: number): Promise<void> {
    const call = ++this.#call;
    return new Promise((resolve) => {
      const timer = startTimer(() => this.settle(call), timeoutMs);
      const settle = (): void => {
        cancel(timer);
        resolve();
      };
      this.#waiting.set(call, { close, deadline: now() + timeoutMs, settle });
      this.#send(call, close, timeoutMs);
    });
  }

  settle(call: number): void {
    this.#waiting.get(call)?.settle();
    this.#waiting.delete(call);
  }

  settleAll(): void {
    for (const call of [...this.#waiting.keys()]) this.settle(call);
  }

  /** To another worker: the one that was asked is dead. */
  sendAgain(): void {
    for (const [call, { close, deadline }] of this.#waiting) {
      this.#send(call, close, Math.max(0, deadline - now()));
    }
  }
}
