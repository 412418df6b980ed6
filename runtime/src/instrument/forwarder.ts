import { type Callback, listenTo, subscribe } from './listen.ts';
import type { Observation } from './observation.ts';
import { attend } from './waiting.ts';

/** Stands for a thenable that an asynchronous function returns: the promise of the function follows it instead. */
export class Forwarder {
  readonly #thenable: PromiseLike<unknown>;
  #observation: Observation | undefined = undefined;

  constructor(thenable: PromiseLike<unknown>) {
    this.#thenable = thenable;
  }

  static is(value: object): value is Forwarder {
    // asks nothing of the value, whatever it is
    return #thenable in value;
  }

  follow(observation: Observation): void {
    this.#observation = observation;
  }

  /** Read and called by the engine, once each and when it would have read and called the thenable's own. */
  // biome-ignore lint/suspicious/noThenProperty: being a thenable is what it is for
  get then(): Callback {
    const thenable = this.#thenable;
    const then = thenable.then as Callback;
    return (...args) => {
      const calls = this.#observation === undefined ? [] : [this.#observation];
      for (const call of calls) attend(call);
      return subscribe(then, thenable, listenTo(thenable, args, calls), calls);
    };
  }
}
