import type { Listener } from './observation.ts';
import { watch } from './watch.ts';

export type Callback = (...args: unknown[]) => unknown;

/** The arguments of a `then` whose callbacks first tell `listeners`. */
export function listenTo(thenable: object, args: readonly unknown[], listeners: readonly Listener[]): unknown[] {
  const [onResolved, onRejected, ...rest] = args;
  const { resolved, rejected } = all(listeners);
  if (thenable instanceof Promise) {
    // A promise passes on what has no callback; with one that does the same, nothing is different.
    return [
      told(resolved, typeof onResolved === 'function' ? (onResolved as Callback) : (value) => value),
      told(rejected, typeof onRejected === 'function' ? (onRejected as Callback) : raise),
      ...rest,
    ];
  }
  return args.map((arg, index) =>
    typeof arg === 'function' && index < 2 ? told(index === 0 ? resolved : rejected, arg as Callback) : arg,
  );
}

function told(tell: (value: unknown) => void, callback: Callback): Callback {
  return function (this: unknown, ...args) {
    tell(args[0]);
    return Reflect.apply(callback, this, args);
  };
}

/** Many listeners as one. */
export function all(listeners: readonly Listener[]): Listener {
  return {
    resolved(value) {
      for (const listener of listeners) listener.resolved(value);
    },
    rejected(error) {
      for (const listener of listeners) listener.rejected(error);
    },
  };
}

function raise(error: unknown): never {
  throw error;
}

/** Subscribes with the user's own `then` or what leads to it; an error of that is the user's, and the end. */
export function subscribe(then: Callback, thenable: object, args: unknown[], listeners: readonly Listener[]): unknown {
  try {
    return Reflect.apply(then, thenable, args);
  } catch (error) {
    all(listeners).rejected(error);
    throw error;
  }
}

/** Hears of the settlement of whatever a method of the user's gave. */
export function hear(value: unknown, listener: Listener): void {
  const watched = watch(
    value,
    (result) => listener.resolved(result),
    (error) => listener.rejected(error),
  );
  if (!watched) listener.resolved(value);
}
