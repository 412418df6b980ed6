import { isForeign } from '../instrument/foreign.ts';
import type { Call } from '../instrument/site.types.ts';
import type { Callable } from './callable.ts';

/**
 * Constructs with the function itself, which finds itself in `new.target` as before, unless the wrapper has got another
 * prototype since. As in generated code the new object is no result; what the function returns in its place is.
 */
export function construct(
  call: Call,
  fn: Callable,
  args: ArrayLike<unknown>,
  target: Callable,
  wrapped: Callable,
): unknown {
  const isOwn = target === wrapped && wrapped.prototype === fn.prototype;
  const made: object = Reflect.construct(fn, args, isOwn ? fn : target);
  if (!isForeign(made) && Object.getPrototypeOf(made) === target.prototype) return made;
  return call.returned(made);
}
