import { hear } from '../instrument/listen.ts';
import type { GeneratorCall } from '../instrument/site.types.ts';

type Kind = 'next' | 'return' | 'throw';
type Method = (...args: unknown[]) => unknown;

const { apply } = Reflect;

/** What the steps of a generator say of the call of its body. */
class Progress {
  /** Undefined until the body has begun. */
  call: GeneratorCall | undefined = undefined;
  /** The body has come to its end, or will never run. */
  over: boolean = false;
  /** What it was left with; a `finally` that yields puts the end off to a later step. */
  #left: { readonly given: unknown } | undefined;
  readonly #begin: () => GeneratorCall;

  constructor(begin: () => GeneratorCall) {
    this.#begin = begin;
  }

  /** False where the step runs nothing of the body: before its beginning only `next` does. */
  enters(kind: Kind): boolean {
    if (this.over) return false;
    if (this.call === undefined) {
      this.over = kind !== 'next';
      if (kind === 'next') {
        this.call = this.#begin();
        this.call.entered();
      }
    }
    return !this.over;
  }

  stepped(kind: Kind, [given]: readonly unknown[], { done, value }: IteratorResult<unknown>): void {
    if (kind === 'return') this.#left = { given };
    if (!done) {
      this.call?.paused(value);
      return;
    }
    // left early, unless its own `finally` has returned something else
    if (this.#left === undefined || !Object.is(value, this.#left.given)) this.call?.returned(value);
    this.end();
  }

  failed(error: unknown): void {
    this.call?.threw(error);
    this.end();
  }

  end(): void {
    this.over = true;
    this.call?.end();
  }
}

/** The steps of a synchronous generator. */
export class Steps {
  readonly #progress: Progress;
  #running = false;

  constructor(begin: () => GeneratorCall) {
    this.#progress = new Progress(begin);
  }

  step(kind: Kind, method: Method, generator: object, args: unknown[]): unknown {
    const progress = this.#progress;
    // a generator that asks itself for a step gets an error, and goes on
    if (this.#running) return apply(method, generator, args);
    const resumes = progress.call !== undefined;
    if (!progress.enters(kind)) return apply(method, generator, args);
    if (resumes) progress.call?.resumed(undefined);
    this.#running = true;
    let result: IteratorResult<unknown>;
    try {
      result = apply(method, generator, args) as IteratorResult<unknown>;
    } catch (error) {
      progress.failed(error);
      throw error;
    } finally {
      this.#running = false;
    }
    progress.stepped(kind, args, result);
    return result;
  }
}

/** The steps of an asynchronous generator, which may be asked for while another one runs: each waits for those before it. */
export class AsyncSteps {
  readonly #progress: Progress;
  /** Steps that have been asked for and not been made. */
  #waiting = 0;

  constructor(begin: () => GeneratorCall) {
    this.#progress = new Progress(begin);
  }

  step(kind: Kind, method: Method, generator: object, args: unknown[]): unknown {
    const progress = this.#progress;
    const resumes = progress.call !== undefined && this.#waiting === 0;
    if (!progress.enters(kind)) return apply(method, generator, args);
    if (resumes) progress.call?.resumed(undefined);
    this.#waiting++;
    let step: unknown;
    try {
      step = apply(method, generator, args);
    } finally {
      // whatever more it does, it does in microtasks of its own
      progress.call?.awaiting(undefined);
    }
    hear(step, {
      resolved: (result) => this.#made(() => progress.stepped(kind, args, result as IteratorResult<unknown>)),
      rejected: (error) => this.#made(() => progress.failed(error)),
    });
    return step;
  }

  #made(note: () => void): void {
    this.#waiting--;
    const { over, call } = this.#progress;
    if (over) return;
    note();
    // the body is on its way to the next step already
    if (this.#progress.over || this.#waiting === 0) return;
    call?.resumed(undefined);
    call?.awaiting(undefined);
  }
}
