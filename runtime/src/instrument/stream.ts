import { Follow, leftWhenDropped } from './follow.ts';
import { hasMethod, intercept } from './intercept.ts';
import { hear } from './listen.ts';
import type { Observation } from './observation.ts';
import { attend } from './waiting.ts';

/** What opens an iteration of a stream. A web stream has all of them, and each gives its one reader. */
const OPENERS = [Symbol.asyncIterator, 'values', 'getReader'] as const;

/** Sees the first consumption of an async iterable or a web stream; the consumer gets what it would have got. */
export function interceptStream(stream: object, taken: () => Observation[]): boolean {
  if (!hasMethod(stream, Symbol.asyncIterator) && !hasMethod(stream, 'getReader')) return false;
  let follow: Follow | undefined;
  const begin = (): Follow => {
    if (follow === undefined) {
      const calls = taken();
      for (const call of calls) attend(call);
      follow = new Follow(calls);
    }
    return follow;
  };
  // An async generator is its own iterator.
  if (hasMethod(stream, 'next')) return followIterator(stream, begin);
  const opened = OPENERS.map((opener) => {
    const restore = intercept(stream, opener, (open, self, args) => {
      // a reader may give its lock back for another one to go on
      if (opener !== 'getReader') restore?.();
      const iterator = Reflect.apply(open, self, args);
      const started = begin();
      if (!isObject(iterator) || !followIterator(iterator, () => started)) started.done();
      return iterator;
    });
    return restore;
  });
  intercept(stream, 'cancel', leaving(begin));
  return opened.some((restore) => restore !== undefined);
}

/** An iterator is asked with `next` and left with `return`, the reader of a web stream with `read` and `cancel`. */
function followIterator(iterator: object, begin: () => Follow): boolean {
  let follow: Follow | undefined;
  const stepping: Parameters<typeof intercept>[2] = (step, self, args) => {
    if (follow === undefined) {
      follow = begin();
      leftWhenDropped(iterator, follow);
    }
    const started = follow;
    const result = Reflect.apply(step, self, args);
    hear(result, {
      resolved: (chunk) => take(started, chunk),
      rejected: (error) => started.failed(error),
    });
    return result;
  };
  const steps = ['next', 'read', 'throw'].map((step) => intercept(iterator, step, stepping));
  for (const leave of ['return', 'cancel']) intercept(iterator, leave, leaving(begin));
  return steps.some((restore) => restore !== undefined);
}

/** The event ends when the stream is left, not when the stream has tidied up. */
function leaving(begin: () => Follow): Parameters<typeof intercept>[2] {
  return (leave, self, args) => {
    begin().left();
    return Reflect.apply(leave, self, args);
  };
}

function take(follow: Follow, result: unknown): void {
  try {
    const { done, value } = result as IteratorResult<unknown>;
    if (done) follow.done();
    else follow.chunk(value);
  } catch {
    // not an iterator result; the loop that asked for it gets to know
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
