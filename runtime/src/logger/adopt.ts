import { PanopticError } from '../config/error.ts';
import { STANDARD_LEVELS } from '../config/logger-level.ts';
import { billingLevels } from '../pino/levels.ts';
import type { Base } from './base.ts';
import { comparisonOf } from './comparison.ts';
import { contextOf } from './context.ts';
import { refuseSetting } from './failure.ts';
import { LineStream } from './line-stream.ts';
import type { ReadyLogger } from './options.ts';
import type { PinoLogger } from './pino.types.ts';
import { type LineStreamLike, Target } from './target.ts';

type Internals = Record<symbol, unknown>;

/**
 * A base from a logger of the application: a child of it, with our stream before its own. Which stream that is, pino keeps
 * behind a symbol, and a child cannot be given another one otherwise.
 * @throws PanopticError PAN4122 when it is no logger of pino 9 or 10, one of ours, or one with some billing levels only
 */
export function adopt(ready: ReadyLogger): Base {
  const [streamSym, compareSym] = ['stream', 'levelComp'].map((name) => internal(ready, name));
  if (streamSym === undefined || compareSym === undefined) throw unusable('it is no logger of pino 9 or 10');
  if (contextOf(ready) !== undefined) throw unusable('it is one that Panoptic has made');
  const given = ready as unknown as PinoLogger & Internals;
  const root = withLevels(given) as PinoLogger & Internals;
  const target = new Target(given[streamSym] as LineStreamLike);
  const lines = new LineStream(target, {
    levels: root.levels.values,
    compare: comparisonOf(given[compareSym]),
    keys: {
      message: read(given, 'messageKey') ?? 'msg',
      error: read(given, 'errorKey') ?? 'err',
      nested: read(given, 'nestedKey'),
    },
  });
  root[streamSym] = lines;
  root[compareSym] = lines.enables;
  // makes the methods anew, by that comparison
  root.level = given.level;
  return { root, lines, retire: async () => {} };
}

function withLevels(given: PinoLogger): PinoLogger {
  const { values } = given.levels;
  const missing = Object.keys(billingLevels).filter((level) => values[level] === undefined);
  try {
    if (missing.length === 0) return given.child({});
    // a child that is given levels forgets those that its parent was given
    if (Object.keys(values).every((level) => STANDARD_LEVELS.includes(level))) {
      return given.child({}, { customLevels: billingLevels });
    }
  } catch (error) {
    throw refuseSetting('logger', error);
  }
  throw unusable(
    `it has levels of its own and no ${missing.join(', ')}: make it with customLevels: { ...billingLevels, … }, ` +
      'and import billingLevels of @panoptic/runtime',
  );
}

/** Symbols are told by their descriptions: each copy of pino has its own. */
function internal(logger: object, name: string): symbol | undefined {
  for (let from: object | null = logger; from !== null; from = Object.getPrototypeOf(from)) {
    const found = Object.getOwnPropertySymbols(from).find(({ description }) => description === `pino.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function read(logger: Internals, name: string): string | undefined {
  const symbol = internal(logger, name);
  const value = symbol && logger[symbol];
  return typeof value === 'string' ? value : undefined;
}

const unusable = (why: string): PanopticError =>
  new PanopticError([{ code: 'PAN4122', name: 'logger', message: `logger cannot be used: ${why}.` }]);
