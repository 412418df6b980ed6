import { now } from './clock.ts';
import { merge } from './merge.ts';
import type { EndedCall, GeneratorSite } from './recorder.types.ts';
import type { CallValues, GeneratorCall } from './site.types.ts';
import type { ContextSnapshot } from './state.ts';
import { readValues } from './values.ts';
import { watch } from './watch.ts';

/**
 * One running generator. It is neither pooled nor a `RunningCall`: the generator object beside it costs more than this
 * record, and a second shape in the methods of every call would cost all of them.
 */
export class RunningGenerator implements GeneratorCall, EndedCall {
  readonly site: GeneratorSite;
  snapshot: ContextSnapshot | undefined;
  readonly start: number = now();
  started: CallValues | undefined;
  held: unknown = undefined;
  failed: boolean = false;
  value: unknown = undefined;
  /** Whether the body came to an end of its own: what stays unfinished was left by `return()`, the end of a `for … of`. */
  #finished = false;
  /** Time the body ran until it last paused, ms. */
  #active = 0;
  /** When it last went on; undefined while it is paused. */
  #since: number | undefined;

  constructor(site: GeneratorSite, started: CallValues | undefined) {
    this.site = site;
    this.snapshot = site.inherits ? site.state.storage?.getStore()?.snapshot : undefined;
    this.started = started;
    this.#since = this.start;
  }

  paused<T>(value?: T): T {
    this.#pause(now());
    const { info } = this.site;
    // the values a followed generator gives out are what `$result` means
    if (info.stream === true && info.onResult) {
      this.started = merge(this.started, readValues(info.name, info.onResult, [value, this.held]));
    }
    return value as T;
  }

  resumed<T>(value: T): T {
    this.#since = now();
    return value;
  }

  completed(): void {
    this.#finished = true;
  }

  // What follows is the business of a subclass.

  entered(): void {}

  awaiting<T>(value: T): T {
    return value;
  }

  iterating<T>(value: T): T {
    return value;
  }

  awaited<T>(value?: T): T {
    return value as T;
  }

  delegating<T>(value: T): T {
    return value;
  }

  delegated<T>(value: T): T {
    return value;
  }

  returned<T>(value: T): T {
    this.#finished = true;
    this.value = value;
    return value;
  }

  threw<E>(error: E): E {
    this.failed = true;
    this.value = error;
    return error;
  }

  end(): void {
    try {
      const end = now();
      this.#pause(end);
      // An asynchronous generator has already waited for the promise it returns; only what is in it is still unknown.
      if (
        this.failed ||
        !this.site.info.async ||
        !watch(
          this.value,
          (value) => this.#close(value, end),
          () => {},
        )
      ) {
        this.#close(this.value, end);
      }
    } catch {
      this.site.state.counters.internalErrors++;
    }
  }

  #close(value: unknown, end: number): void {
    this.value = value;
    this.site.state.recorder?.record(this, end, {
      activeMs: this.#active,
      aborted: !this.#finished,
      unknown: this.site.info.stream === true || !this.#finished,
    });
  }

  #pause(at: number): void {
    if (this.#since !== undefined) this.#active += at - this.#since;
    this.#since = undefined;
  }
}
