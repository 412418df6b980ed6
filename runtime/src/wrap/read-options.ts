import { PanopticError } from '../config/error.ts';
import { flag, number, object, type Parse, Refused, text } from '../config/values.ts';
import type { CallValues } from '../instrument/site.types.ts';
import { lookUpProvider } from '../providers/in-use.ts';
import type { ResolvedProvider } from '../providers/table.ts';
import type { Callable } from './callable.ts';
import { checkFunction, nameOf } from './check-function.ts';
import type { Finder, Finders } from './finders.ts';
import { knownWrappers } from './known-wrappers.ts';
import { LITERALS, plainObject } from './literals.ts';
import { OptionReader } from './option-reader.ts';
import type { CallLogger, WrapOptions } from './options.types.ts';

/** The options of one wrapped function, checked. */
export interface WrapSettings extends Finders {
  readonly provider: ResolvedProvider;
  readonly literals: CallValues;
  readonly context: Readonly<Record<string, unknown>> | Finder | undefined;
  readonly includeExecutionMetadata: boolean;
  readonly logger: CallLogger | undefined;
  readonly site: string | undefined;
  readonly sample: number | undefined;
  readonly stream: boolean;
}

type Given = Readonly<Partial<Record<keyof WrapOptions, unknown>>>;

const VALUES = Object.keys(LITERALS) as (keyof typeof LITERALS)[];
const OTHERS: Readonly<Record<Exclude<keyof WrapOptions, keyof typeof LITERALS>, true>> = {
  provider: true,
  attributes: true,
  context: true,
  captureContext: true,
  logger: true,
  site: true,
  sample: true,
  stream: true,
};
const KNOWN: readonly string[] = [...Object.keys(OTHERS), ...VALUES];

/**
 * @param caller what the user has called, for messages
 * @throws PanopticError that lists everything that is wrong with the function and its options
 */
export function readWrapOptions(caller: string, fn: unknown, options: unknown): WrapSettings {
  const reader = new OptionReader(`${caller}(${nameOf(fn)})`);
  checkFunction(fn, reader);
  const given = reader.value('options', options ?? null, anObject);
  const settings = readSettings(reader, given ?? { provider: 'System' });
  checkNotWrapped(fn, settings, reader);
  if (reader.problems.length > 0) throw new PanopticError(reader.problems);
  return settings;
}

/** A module that is loaded twice wraps twice; with anything else one call would be two events, or the wrong one. */
function checkNotWrapped(fn: unknown, { provider, site }: WrapSettings, reader: OptionReader): void {
  const before = knownWrappers().get(fn as Callable);
  if (before === undefined || reader.problems.length > 0) return;
  if (before.provider === provider.name && before.site === (site ?? nameOf(fn))) return;
  reader.refuse('PAN4116', 'fn', `is recorded for ${before.provider} already. Wrap the function itself.`);
}

function readSettings(reader: OptionReader, given: Given): WrapSettings {
  reader.members('', given, KNOWN);
  const provider = readProvider(reader, given.provider);
  const { literals, values } = readValues(reader, given);
  const attributes = readAttributes(reader, given.attributes);
  const capture = reader.value('captureContext', given.captureContext, anObject) ?? {};
  reader.members('captureContext.', capture, ['includeExecutionMetadata']);
  const { includeExecutionMetadata: include } = capture as Readonly<Record<string, unknown>>;
  return {
    provider,
    literals: attributes.literals === undefined ? literals : { ...literals, attributes: attributes.literals },
    values,
    attributes: attributes.finders,
    context: isFinder(given.context) ? given.context : reader.value('context', given.context, plainObject),
    includeExecutionMetadata: reader.value('captureContext.includeExecutionMetadata', include, flag) ?? true,
    logger: reader.value('logger', given.logger, logger),
    site: reader.value('site', given.site, text),
    sample: reader.value('sample', given.sample, number(0, 1)),
    stream: reader.value('stream', given.stream, flag) ?? false,
  };
}

function readProvider(reader: OptionReader, name: unknown): ResolvedProvider {
  const found = lookUpProvider(name, `provider of ${reader.of}`);
  if (!('code' in found)) return found;
  reader.problems.push({ ...found, name: 'provider' });
  return { name: '', category: '' };
}

function readValues(reader: OptionReader, given: Given): { literals: CallValues; values: Finders['values'] } {
  const literals: CallValues = {};
  const values: [keyof CallValues, Finder][] = [];
  for (const key of VALUES) {
    const raw = given[key];
    if (isFinder(raw)) values.push([key, raw]);
    else if (raw !== undefined) literals[key] = reader.value(key, raw, orFinder(LITERALS[key])) as never;
  }
  return { literals, values };
}

function readAttributes(
  reader: OptionReader,
  raw: unknown,
): { literals: Record<string, unknown> | undefined; finders: Finders['attributes'] } {
  const given = Object.entries(reader.value('attributes', raw, anObject) ?? {});
  const finders = given.filter((entry): entry is [string, Finder] => isFinder(entry[1]));
  const others = Object.fromEntries(given.filter(([, value]) => !isFinder(value)));
  return {
    literals: given.length > finders.length ? reader.value('attributes', others, plainObject) : undefined,
    finders,
  };
}

const isFinder = (raw: unknown): raw is Finder => typeof raw === 'function';

const orFinder =
  (parse: Parse<unknown>): Parse<unknown> =>
  (raw) => {
    const value = parse(raw);
    return value instanceof Refused ? new Refused(`${value.expected}, or a function that finds it`) : value;
  };

const anObject: Parse<object> = /* @__PURE__ */ object('an object');

const logger: Parse<CallLogger> = (raw) => {
  const { debug, error } = (raw ?? {}) as Partial<CallLogger>;
  return typeof debug === 'function' && typeof error === 'function'
    ? (raw as CallLogger)
    : new Refused('a logger with the methods debug and error, such as one of pino');
};
