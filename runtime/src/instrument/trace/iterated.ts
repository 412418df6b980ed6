import type { Span } from './span.ts';

type Method = (...args: unknown[]) => unknown;
type Members = Readonly<Record<PropertyKey, unknown>>;

/**
 * Stands for what a `for await` or `yield*` of a traced body goes over, so that each step of it runs as a part of that
 * body: it may be another traced function. Both ask it for what they would have asked the iterable for, once and at the
 * same moments, and get what they would have got; nobody else sees it.
 */
export function iterated(iterable: unknown, span: Span): unknown {
  // the engine knows best how to say that these cannot be iterated
  return iterable === undefined || iterable === null ? iterable : new Iterated(iterable, span);
}

class Iterated {
  readonly #iterable: Members;
  readonly #span: Span;

  constructor(iterable: object, span: Span) {
    this.#iterable = iterable as Members;
    this.#span = span;
  }

  get [Symbol.asyncIterator](): unknown {
    return this.#opener(Symbol.asyncIterator);
  }

  get [Symbol.iterator](): unknown {
    return this.#opener(Symbol.iterator);
  }

  #opener(key: symbol): unknown {
    const open = this.#iterable[key];
    if (typeof open !== 'function') return open;
    return () => {
      const iterator = this.#span.step(open as Method, this.#iterable, []);
      return typeof iterator === 'object' && iterator !== null ? new Steps(iterator, this.#span) : iterator;
    };
  }
}

class Steps {
  readonly #iterator: Members;
  readonly #span: Span;

  constructor(iterator: object, span: Span) {
    this.#iterator = iterator as Members;
    this.#span = span;
  }

  get next(): unknown {
    return this.#method('next');
  }

  get return(): unknown {
    return this.#method('return');
  }

  get throw(): unknown {
    return this.#method('throw');
  }

  #method(key: string): unknown {
    const method = this.#iterator[key];
    if (typeof method !== 'function') return method;
    return (...args: unknown[]) => this.#span.step(method as Method, this.#iterator, args);
  }
}
