const { then } = Promise.prototype;
const { getPrototypeOf, hasOwn } = Object;
const { apply } = Reflect;

/**
 * A native promise of this realm that nobody has subclassed or given a constructor of its own. Only such a one is
 * watched: the `then` of anything else is the user's code, and calling it could start a query or consume a body.
 */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    getPrototypeOf(value) === Promise.prototype &&
    !hasOwn(value, 'constructor')
  );
}

/**
 * Subscribes with the intrinsic `then`. Neither listener may throw, so the derived promise never rejects.
 *
 * A watched promise counts as handled. For an async function nothing changes, because its own promise takes the
 * rejection over; for a synchronous function that returns a promise nobody ever handles, Node's report of the
 * unhandled rejection goes quiet. V8 shows nobody whether a promise has other listeners, so this cannot be mended
 * here; such a call is recorded as an error instead.
 *
 * Throws TypeError when the value only pretends to be a promise.
 */
export function watch(
  promise: Promise<unknown>,
  fulfilled: (value: unknown) => void,
  rejected: (error: unknown) => void,
): void {
  apply(then, promise, [fulfilled, rejected]);
}
