import type { LoggerOptions, ReadyLogger } from '../logger/options.ts';
import { billingLevels } from '../pino/levels.ts';
import { levelName, STANDARD_LEVELS } from './logger-level.ts';
import { readTransport } from './logger-transport.ts';
import type { Reader } from './reader.ts';
import { callback, flag, isObject, object, type Parse, Refused } from './values.ts';

/** What loggers are made of: a logger of the application, or options that have been checked. */
export type LoggerSetting =
  | { readonly ready: ReadyLogger; readonly options?: undefined }
  | { readonly options: CheckedLoggerOptions; readonly ready?: undefined };

export type CheckedLoggerOptions = Readonly<LoggerOptions> & { readonly level: string };

const MEMBERS: Readonly<Record<keyof LoggerOptions, true>> = {
  level: true,
  transport: true,
  destination: true,
  redact: true,
  pinoOptions: true,
};
const NAMES = Object.keys(MEMBERS).join(', ');

/** What has an option of our own cannot be in `pinoOptions` as well. */
const OURS = ['level', 'transport', 'redact'] as const;

const CALLBACKS = ['mixin', 'mixinMergeStrategy', 'onChild'] as const;

/** Reads `logger` and its variable. What only pino can judge, it judges when the first logger is asked for. */
export function readLogger(reader: Reader): LoggerSetting {
  const given: unknown = reader.options.logger;
  if (isReady(given)) return { ready: given };
  const { level, transport, destination, redact, pinoOptions } = readMembers(reader, given);
  const more = readPinoOptions(reader, pinoOptions);
  const levels = [...STANDARD_LEVELS, ...Object.keys({ ...billingLevels, ...more?.customLevels })];
  if (transport !== undefined && destination !== undefined) {
    reader.refuse('PAN4101', 'logger.destination', 'cannot stand beside logger.transport: leave one of them out');
  }
  const options: { -readonly [key in keyof CheckedLoggerOptions]: CheckedLoggerOptions[key] } = {
    level:
      reader.value('logger.level', level, levelName(levels)) ??
      reader.variable('PANOPTIC_LOGGER_LEVEL', levelName(levels)) ??
      'info',
  };
  const to = reader.value('logger.destination', destination, destinationOf);
  const hidden = reader.value('logger.redact', redact, redactOf);
  if (isObject(hidden)) reader.value('logger.redact.remove', hidden.remove, flag);
  const threads = readTransport(reader, transport, levels);
  if (to !== undefined) options.destination = to;
  if (hidden !== undefined) options.redact = hidden;
  if (threads !== undefined) options.transport = threads;
  if (more !== undefined) options.pinoOptions = more;
  return { options };
}

/** A logger of pino, as far as one can see; its own `adopt` looks closer. */
function isReady(given: unknown): given is ReadyLogger {
  const { child, isLevelEnabled, levels } = (given ?? {}) as Partial<ReadyLogger>;
  return typeof child === 'function' && typeof isLevelEnabled === 'function' && typeof levels === 'object';
}

function readMembers(reader: Reader, given: unknown): Readonly<Record<string, unknown>> {
  const members = reader.value('logger', given, optionsOnly) ?? {};
  for (const name of Object.keys(members)) {
    if (Object.hasOwn(MEMBERS, name)) continue;
    reader.refuse('PAN4102', `logger.${name}`, `is not an option of loggers. Known: ${NAMES}`);
  }
  return members;
}

function readPinoOptions(reader: Reader, given: unknown): LoggerOptions['pinoOptions'] {
  const path = 'logger.pinoOptions';
  const options = reader.value(path, given, object('an object of options of pino'));
  if (options === undefined) return undefined;
  for (const name of OURS) {
    if (options[name] !== undefined)
      reader.refuse('PAN4101', `${path}.${name}`, `is an option of its own: logger.${name}`);
  }
  for (const name of CALLBACKS) reader.value(`${path}.${name}`, options[name] ?? undefined, callback);
  reader.value(`${path}.customLevels`, options.customLevels ?? undefined, levelNumbers);
  return options;
}

/** A logger of somebody else has many members, and none of them is the one that is wrong. */
const optionsOnly: Parse<Record<string, unknown>> = (raw) =>
  isObject(raw) && typeof raw.child !== 'function' ? raw : new Refused(`a logger of pino, or an object with ${NAMES}`);

const levelNumbers: Parse<object> = (raw) =>
  isObject(raw) && Object.values(raw).every((value) => typeof value === 'number' && !Number.isNaN(value))
    ? raw
    : new Refused('an object of the names of levels and their numbers');

const destinationOf: Parse<NonNullable<LoggerOptions['destination']>> = (raw) =>
  (typeof raw === 'string' && raw !== '') ||
  (typeof raw === 'number' && Number.isInteger(raw) && raw >= 0) ||
  (typeof raw === 'object' && raw !== null && 'write' in raw && typeof raw.write === 'function')
    ? (raw as NonNullable<LoggerOptions['destination']>)
    : new Refused('the path of a file, the number of a file descriptor, or a stream');

const redactOf: Parse<NonNullable<LoggerOptions['redact']>> = (raw) => {
  const paths: unknown = isObject(raw) ? raw.paths : raw;
  return Array.isArray(paths) && paths.every((path) => typeof path === 'string')
    ? (raw as NonNullable<LoggerOptions['redact']>)
    : new Refused("a list of paths, such as ['card.number'], or { paths, censor, remove }");
};
