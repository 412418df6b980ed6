import { isForeign } from './foreign.ts';
import { Forwarder } from './forwarder.ts';
import { hasMethod } from './intercept.ts';
import { Observation } from './observation.ts';
import type { OpenCall } from './recorder.types.ts';
import { runtimeState } from './state.ts';
import { interceptStream } from './stream.ts';
import { interceptThenable } from './thenable.ts';
import { isPlainPromise } from './watch.ts';

/** Watches an object for what its caller does with it; `taken` gives, once, the calls that have returned it by then. */
type Watch = (value: object, taken: () => Observation[]) => boolean;

/** The calls that have returned an object nobody has turned to yet. */
type Returned = WeakMap<object, Set<Observation>>;

/**
 * Gives the event of a call to the thenable or stream it returned, which ends it when its caller has seen it end.
 * False where `call.value` is neither, or cannot be watched without changing it.
 */
export function observe(call: OpenCall): boolean {
  const { value, site } = call;
  if (typeof value !== 'object' || value === null || isForeign(value)) return false;
  if (Forwarder.is(value)) {
    value.follow(new Observation(call));
    return true;
  }
  try {
    if (isThenable(value)) return observeBy(interceptThenable, call, value);
    return site.info.stream === true && observeBy(interceptStream, call, value);
  } catch {
    // a proxy where nobody can tell, or one among the prototypes
    return false;
  }
}

/**
 * What an asynchronous function must return instead of `value`: a thenable that passes on to it where its promise
 * would follow the user's own `then`, else the same.
 */
export function adopt(value: object): object {
  try {
    if (isForeign(value) || isPlainPromise(value) || !isThenable(value)) return value;
    return new Forwarder(value as PromiseLike<unknown>);
  } catch {
    return value;
  }
}

/** Said without `in`, which would ask a proxy among the prototypes. */
function isThenable(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // nearly every object, and the cheapest question
  if ((prototype === Object.prototype || prototype === Array.prototype) && !Object.hasOwn(value, 'then')) return false;
  return hasMethod(value, 'then') && !isHollow(value);
}

/** An object that has a promise's prototype and is none, as a shallow clone makes it: its `then` only throws. */
function isHollow(value: object): boolean {
  return value instanceof Promise && runtimeState().isPromise?.(value) === false;
}

function observeBy(watch: Watch, call: OpenCall, value: object): boolean {
  const { extensions } = runtimeState();
  const returned = (extensions.returned ??= new WeakMap()) as Returned;
  let calls = returned.get(value);
  if (calls === undefined) {
    const together = new Set<Observation>();
    const taken = (): Observation[] => {
      returned.delete(value);
      return [...together];
    };
    if (!watch(value, taken)) return false;
    returned.set(value, together);
    calls = together;
  }
  new Observation(call, calls);
  return true;
}
