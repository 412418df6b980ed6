import type { CallScope } from './call-scope.ts';

type Method = (...args: unknown[]) => unknown;
type Members = Readonly<Record<PropertyKey, unknown>>;

/**
 * Stands for what a `for await` or `yield*` of a traced body goes over, so that each step of it runs as a part of that
 * body: it may be another traced function. Both ask it for what they would have asked the iterable for, once and at the
 * same moments, and get what they would have got; nobody else sees it.
 */
export function iterated(iterable: unknown, scope: CallScope): unknown {
  // the engine knows best how to say that these cannot be iterated
  return iterable === undefined || iterable === null ? iterable : new Iterated(iterable, scope);
}

class Iterated {
  readonly #iterable: Members;
  readonly #scope: CallScope;

  constructor(iterable: object, scope: CallScope) {
    this.#iterable = iterable as Members;
    this.#scope = scope;
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
      const iterator = this.#scope.step(open as Method, this.#iterable, []);
      return typeof iterator === 'object' && iterator !== null ? new Steps(iterator, this.#scope) : iterator;
    };
  }
}

class Steps {
  readonly #iterator: Members;
  readonly #scope: CallScope;

  constructor(iterator: object, scope: CallScope) {
    this.#iterator = iterator as Members;
    this.#scope = scope;
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
    return (...args: unknown[]) => this.#scope.step(method as Method, this.#iterator, args);
  }
}
