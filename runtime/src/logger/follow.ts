import { isDeepStrictEqual } from 'node:util';
import type { LoggerSetting } from '../config/logger-options.ts';
import type { PinoLogger } from './pino.types.ts';

/** Hot reload calls `createPanoptic` again with the same options. Streams and loggers are the same only if they are one. */
export function sameSetting(a: LoggerSetting | undefined, b: LoggerSetting): boolean {
  if (a?.options === undefined || b.options === undefined) return a?.ready !== undefined && a.ready === b.ready;
  const { destination, ...rest } = a.options;
  const { destination: other, ...others } = b.options;
  return destination === other && isDeepStrictEqual(rest, others);
}

/**
 * Makes a logger that was given out one of another base: its prototype is what pino has made there. The level that somebody
 * has set it to it keeps, if there is such a level.
 */
export function follow(logger: object, made: PinoLogger): void {
  const given = logger as PinoLogger & Record<string | symbol, unknown>;
  const { level, levels } = given;
  const names = [...Object.keys(levels.values), 'silent'];
  const leveled = names.some((name) => Object.hasOwn(given, name));
  // what setting a level puts there belongs to the pino of before
  for (const key of Reflect.ownKeys(given)) {
    if (typeof key === 'string' ? names.includes(key) : key.description?.startsWith('pino.')) delete given[key];
  }
  Object.setPrototypeOf(given, made);
  if (leveled && (level === 'silent' || made.levels.values[level] !== undefined)) given.level = level;
}
