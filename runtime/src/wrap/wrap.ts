import { PanopticError } from '../config/error.ts';
import type { GeneratorCall, Site } from '../instrument/site.types.ts';
import { providersInUse } from '../providers/in-use.ts';
import type { ResolvedProvider } from '../providers/table.ts';
import { beginWith } from './begin.ts';
import { callLine } from './call-line.ts';
import { type Callable, kindOf } from './callable.ts';
import { nameOf } from './check-function.ts';
import { askedBy } from './finders.ts';
import { knownWrappers } from './known-wrappers.ts';
import { liken } from './likeness.ts';
import { makeSite } from './make-site.ts';
import type { AnyFunction, AsyncFunction, WrapOptions } from './options.types.ts';
import { ownContext } from './own-context.ts';
import { readWrapOptions, type WrapSettings } from './read-options.ts';
import { recorded, recordedWith } from './recorded.ts';
import { isNativeAsync, recordedAsync } from './recorded-async.ts';
import { recordedGenerator } from './recorded-generator.ts';

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
  const settings = readWrapOptions(fn, options);
  const wrappers = knownWrappers();
  const original = wrappers.get(fn as unknown as Callable)?.fn ?? (fn as unknown as Callable);
  const wrapped = wrapperOf(original, settings);
  wrappers.set(wrapped, { fn: original, provider: settings.provider.name, site: settings.site ?? nameOf(original) });
  return wrapped as unknown as F;
}

/** `wrap` for functions that give a promise or a stream, which the compiler makes sure of. */
export function wrapAsync<F extends AsyncFunction>(fn: F, options: WrapOptions<F>): F {
  return wrap(fn, options);
}

function wrapperOf(fn: Callable, settings: WrapSettings): Callable {
  try {
    const wrapped = record(fn, settings);
    liken(wrapped, fn);
    return wrapped;
  } catch (error) {
    const message = `fn of wrap(${nameOf(fn)}) does not let itself be looked at: ${error}`;
    throw new PanopticError([{ code: 'PAN4114', name: 'fn', message }]);
  }
}

function record(fn: Callable, settings: WrapSettings): Callable {
  const kind = kindOf(fn);
  const isGenerator = kind === 'GeneratorFunction' || kind === 'AsyncGeneratorFunction';
  const isAsync = kind === 'AsyncGeneratorFunction';
  const name = settings.site ?? (nameOf(fn) || 'anonymous');
  const finders = askedBy(name, settings);
  const context = ownContext(name, settings);
  const onEnded = callLine(name, settings);
  let made: Site | undefined;
  const handle = (): Site =>
    (made ??= makeSite({
      name,
      provider: asOfNow(settings.provider),
      values: settings.literals,
      context: settings.includeExecutionMetadata || context !== undefined ? 'inherit' : 'none',
      stream: settings.stream,
      sample: settings.sample ?? 1,
      ...(isGenerator ? { generator: true, async: isAsync } : {}),
      ...finders,
      ...(onEnded && { onEnded }),
    }));
  if (isGenerator) {
    const start = (site: Site): GeneratorCall => (isAsync ? site.beginAsyncGenerator() : site.beginGenerator());
    return recordedGenerator(fn, isAsync, (self, args) => beginWith(handle(), start, { self, args }, context));
  }
  if (finders === undefined && context === undefined) {
    return isNativeAsync(fn) ? recordedAsync(fn, handle) : recorded(fn, handle);
  }
  return recordedWith(fn, (self, args, isNew) =>
    beginWith(handle(), (site) => site.begin(), { self, args, isNew }, context),
  );
}

/** Who wraps while modules load may do so before `createPanoptic` has added providers. */
function asOfNow(provider: ResolvedProvider): ResolvedProvider {
  const found = providersInUse().resolve(provider.name);
  return 'suggestion' in found ? provider : found;
}
