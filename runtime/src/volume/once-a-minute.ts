import { say } from '../diagnostics/say.ts';

const INTERVAL_MS = 60_000;

/** Says what may happen with every call: to hear of each would cost more than the call, and a hook may make calls itself. */
export class OnceAMinute {
  readonly #code: string;
  #unsaid = 0;
  #said = Number.NEGATIVE_INFINITY;

  constructor(code: string) {
    this.#code = code;
  }

  /**
   * It has happened.
   * @param at monotonic, ms
   */
  say(at: number, message: () => string): void {
    this.#unsaid++;
    if (at - this.#said < INTERVAL_MS) return;
    this.#said = at;
    const times = this.#unsaid;
    this.#unsaid = 0;
    say(this.#code, message(), this.#code, times);
  }
}
