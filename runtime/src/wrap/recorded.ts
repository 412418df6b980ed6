import type { Call, Site } from '../instrument/site.types.ts';
import { type Callable, isConstructor } from './callable.ts';
import { construct } from './construct.ts';

/** Gives the handle of a function; asked for at its first call. */
export type Handle = () => Site;

/** Begins the event of one call, with what its options want of it. */
export type Begin = (self: unknown, args: ArrayLike<unknown>, isNew: boolean) => Call;

const { apply } = Reflect;

// Each call has the three parts that generated code has. `arguments` is forwarded as it came: rest parameters would be made
// into an array for every call.

/** Records a function whose options want nothing of a call. */
export function recorded(fn: Callable, handle: Handle): Callable {
  let site: Site | undefined;
  // what cannot be called with `new` becomes a method, which cannot either
  if (!isConstructor(fn)) {
    return {
      wrapped(this: unknown): unknown {
        const call = (site ??= handle()).begin();
        try {
          call.entered();
          // biome-ignore lint/complexity/noArguments: see above
          return call.returned(apply(fn, this, arguments));
        } catch (error) {
          throw call.threw(error);
        } finally {
          call.end();
        }
      },
    }.wrapped;
  }
  return function wrapped(this: unknown): unknown {
    const call = (site ??= handle()).begin();
    try {
      call.entered();
      // biome-ignore lint/complexity/noArguments: see above
      if (new.target !== undefined) return construct(call, fn, arguments, new.target, wrapped);
      // biome-ignore lint/complexity/noArguments: see above
      return call.returned(apply(fn, this, arguments));
    } catch (error) {
      throw call.threw(error);
    } finally {
      call.end();
    }
  };
}

/** As `recorded`, with a beginning of its own. */
export function recordedWith(fn: Callable, begin: Begin): Callable {
  const run = (self: unknown, args: ArrayLike<unknown>, target?: Callable): unknown => {
    const call = begin(target === undefined ? self : undefined, args, target !== undefined);
    try {
      call.entered();
      if (target !== undefined) return construct(call, fn, args, target, wrapped);
      return call.returned(apply(fn, self, args));
    } catch (error) {
      throw call.threw(error);
    } finally {
      call.end();
    }
  };
  const wrapped = isConstructor(fn)
    ? function (this: unknown): unknown {
        // biome-ignore lint/complexity/noArguments: see above
        return run(this, arguments, new.target);
      }
    : {
        wrapped(this: unknown): unknown {
          // biome-ignore lint/complexity/noArguments: see above
          return run(this, arguments);
        },
      }.wrapped;
  return wrapped;
}
