import { PanopticError } from '../config/error.ts';
import type { Callable } from './callable.ts';
import { nameOf } from './check-function.ts';
import { knownWrappers } from './known-wrappers.ts';
import { liken } from './likeness.ts';
import type { AnyFunction, AsyncFunction, WrapOptions } from './options.types.ts';
import { readWrapOptions, type WrapSettings } from './read-options.ts';
import { record } from './record.ts';

/**
 * Gives a function that does what `fn` does, and every call of which is a billing event, as if `fn` were annotated: same
 * `this`, arguments, result, error, name, length, prototype and properties. A call that returns a promise ends when that
 * settles; a generator from its first `next()` to its end.
 *
 * Wrapping a wrapper for the same provider and site again wraps what it stands for with the later options: a module that
 * is loaded twice records once.
 *
 * @throws PanopticError that lists everything that is wrong: the provider is missing (PAN4110) or misspelt (PAN4111), an
 * option has a value it cannot have (PAN4112) or is none (PAN4113), `fn` is no function (PAN4114), a class (PAN4115), or
 * recorded for something else already (PAN4116)
 */
export function wrap<F extends AnyFunction>(fn: F, options: WrapOptions<F>): F {
  return wrapAs('wrap', fn as unknown as Callable, options) as unknown as F;
}

/** `wrap` for functions that give a promise or a stream, which the compiler makes sure of. */
export function wrapAsync<F extends AsyncFunction>(fn: F, options: WrapOptions<F>): F {
  return wrapAs('wrapAsync', fn as unknown as Callable, options) as unknown as F;
}

function wrapAs(caller: string, fn: Callable, options: unknown): Callable {
  const settings = readWrapOptions(caller, fn, options);
  const wrappers = knownWrappers();
  const original = wrappers.get(fn)?.fn ?? fn;
  const wrapped = wrapperOf(caller, original, settings);
  wrappers.set(wrapped, { fn: original, provider: settings.provider.name, site: settings.site ?? nameOf(original) });
  return wrapped;
}

function wrapperOf(caller: string, fn: Callable, settings: WrapSettings): Callable {
  try {
    const wrapped = record(fn, settings.site ?? (nameOf(fn) || 'anonymous'), settings);
    liken(wrapped, fn);
    return wrapped;
  } catch (error) {
    const message = `fn of ${caller}(${nameOf(fn)}) does not let itself be looked at: ${error}`;
    throw new PanopticError([{ code: 'PAN4114', name: 'fn', message }]);
  }
}
