import type { GeneratorCall, Site } from '../instrument/site.types.ts';
import { asOfNow } from '../providers/in-use.ts';
import { beginWith } from './begin.ts';
import { callLine } from './call-line.ts';
import { type Callable, kindOf } from './callable.ts';
import { asking } from './finders.ts';
import { ownContext } from './own-context.ts';
import type { WrapSettings } from './read-options.ts';
import { recorded, recordedWith } from './recorded.ts';
import { isNativeAsync, recordedAsync } from './recorded-async.ts';
import { recordedGenerator } from './recorded-generator.ts';
import { bounded, sharedSite } from './shared-site.ts';
import { heard, type Wishes } from './wishes.ts';

/** A function that does what `fn` does and records its calls, in the form that its kind needs and its options want. */
export function record(fn: Callable, name: string, given: WrapSettings): Callable {
  const kind = kindOf(fn);
  const isGenerator = kind === 'GeneratorFunction' || kind === 'AsyncGeneratorFunction';
  const isAsync = kind === 'AsyncGeneratorFunction';
  const settings = bounded(name, given);
  const wishes: Wishes = {
    asking: asking(name, settings),
    context: ownContext(name, settings),
    line: callLine(name, settings),
  };
  let made: Site | undefined;
  const handle = (): Site =>
    (made ??= sharedSite({
      name,
      provider: asOfNow(settings.provider),
      values: settings.literals,
      context: settings.includeExecutionMetadata || wishes.context !== undefined ? 'inherit' : 'none',
      stream: settings.stream,
      sample: settings.sample ?? 1,
      ...(isGenerator ? { generator: true, async: isAsync } : {}),
      ...heard(wishes),
    }));
  if (isGenerator) {
    const start = (site: Site): GeneratorCall => (isAsync ? site.beginAsyncGenerator() : site.beginGenerator());
    return recordedGenerator(fn, isAsync, (self, args) => beginWith(handle(), start, { self, args, wishes }));
  }
  if (Object.values(wishes).every((wish) => wish === undefined)) {
    return isNativeAsync(fn) ? recordedAsync(fn, handle) : recorded(fn, handle);
  }
  const start = (site: Site) => site.begin();
  return recordedWith(fn, (self, args, isNew) => beginWith(handle(), start, { self, args, isNew, wishes }));
}
