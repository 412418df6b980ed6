/** Problems said in the worker, on their way to the main thread, which says them once a process. */
export class Relay {
  readonly #send: (code: string, message: string, cause: string, times: number) => void;
  readonly #waiting: Map<string, { code: string; message: string; cause: string; times: number }> = new Map();
  #scheduled = false;

  constructor(send: (code: string, message: string, cause: string, times: number) => void) {
    this.#send = send;
  }

  /** Keeps the latest message of each cause for the end of the turn: a problem of every event is not a message an event. */
  say(code: string, message: string, cause: string): void {
    const key = `${code} ${cause}`;
    const times = (this.#waiting.get(key)?.times ?? 0) + 1;
    this.#waiting.set(key, { code, message, cause, times });
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.flush());
  }

  flush(): void {
    this.#scheduled = false;
    for (const { code, message, cause, times } of this.#waiting.values()) this.#send(code, message, cause, times);
    this.#waiting.clear();
  }
}
