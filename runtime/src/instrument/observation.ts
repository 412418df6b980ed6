import { now } from './clock.ts';
import type { Ending, OpenCall } from './recorder.types.ts';
import { runtimeState } from './state.ts';
import { wait } from './waiting.ts';

/** What hears of the settlement of a promise or thenable. Neither may throw. */
export interface Listener {
  resolved(value: unknown): void;
  rejected(error: unknown): void;
}

/**
 * A call whose event waits for what the caller does with the thenable or stream it was given. Whoever never turns to
 * it leaves the event at what was known when the function returned: see `wait`.
 */
export class Observation implements Listener {
  readonly call: OpenCall;
  readonly returnedAt: number = now();
  /** The observations of the same object, this one among them. */
  readonly #together: Set<Observation>;
  #ended = false;

  constructor(call: OpenCall, together: Set<Observation> = new Set()) {
    this.call = call;
    this.#together = together;
    together.add(this);
    // what waits here must not keep the user's objects
    call.value = undefined;
    wait(this);
  }

  resolved(value: unknown): void {
    this.#end(() => {
      this.call.value = value;
      this.call.end();
    });
  }

  rejected(error: unknown): void {
    this.#end(() => {
      this.call.threw(error);
      this.call.end();
    });
  }

  ended(ending: Ending, at: number = now()): void {
    this.#end(() => this.call.close(at, ending));
  }

  /** Nobody has subscribed. */
  missed(): void {
    this.ended({ unknown: true }, this.returnedAt);
  }

  #end(write: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#together.delete(this);
    try {
      write();
    } catch {
      runtimeState().counters.internalErrors++;
    }
  }
}
