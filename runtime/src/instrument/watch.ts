import { runtimeState } from './state.ts';

export type Settled = (value: unknown) => void;

export type Subscribe = (promise: unknown, resolved: Settled, rejected: Settled) => boolean;

/** The intrinsic `then`, for what is known to be a plain native promise. */
export const intrinsicThen: (promise: unknown, resolved: Settled, rejected: Settled) => unknown =
  /* @__PURE__ */ Function.prototype.call.bind(Promise.prototype.then);

/**
 * Subscribes to a plain native promise with the intrinsic `then`; false for anything else. Neither listener may throw,
 * so the derived promise never rejects. Never throws.
 *
 * Plain means: of this realm, not subclassed, without a constructor of its own. The `then` of anything else is the
 * user's code, and calling it could start a query or consume a body.
 *
 * A watched promise counts as handled. For an async function nothing changes, because its own promise takes the
 * rejection over; for a synchronous function that returns a promise nobody ever handles, Node's report of the
 * unhandled rejection goes quiet. V8 shows nobody whether a promise has other listeners, so this cannot be mended
 * here; such a call is recorded as an error instead.
 */
export function watch(value: unknown, resolved: Settled, rejected: Settled): boolean {
  if (runtimeState().isPromise?.(value) === false) return false;
  try {
    // `then` of an object that only has the prototype throws, as does the prototype of a revoked proxy.
    if (!isPlainPromise(value)) return false;
    intrinsicThen(value, resolved, rejected);
    return true;
  } catch {
    return false;
  }
}

/** Throws for `null`, `undefined` and a revoked proxy. */
export function isPlainPromise(value: unknown): boolean {
  return Object.getPrototypeOf(value) === Promise.prototype && !Object.hasOwn(value as object, 'constructor');
}
