import { suggest } from '../providers/distance.ts';
import { type Parse, Refused } from './values.ts';

/** pino's own, from the lowest to none. */
export const STANDARD_LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** The name of a level; pino's own also in capitals, as pino takes them. */
export const levelName =
  (levels: readonly string[]): Parse<string> =>
  (raw) => {
    const name = typeof raw === 'string' && STANDARD_LEVELS.includes(raw.toLowerCase()) ? raw.toLowerCase() : raw;
    if (typeof name === 'string' && levels.includes(name)) return name;
    const meant = typeof name === 'string' ? suggest(name, levels) : undefined;
    const list = `one of ${levels.join(', ')}`;
    return new Refused(meant === undefined ? list : `${list}; '${meant}' perhaps`);
  };
