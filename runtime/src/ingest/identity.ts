import { isRecord, type PlainObject, toPlain } from '../event/plain.ts';
import { plainCopy } from '../instrument/values.ts';

/** Who sends a request, as its events say it. */
export interface Identity {
  readonly metadata: PlainObject;
  /** Every name that `identify` has given, also where nothing could be made of its value: a client fills none of them. */
  readonly names: readonly string[];
}

const NOBODY: Identity = { metadata: {}, names: [] };

/**
 * What `identify` has given, copied as execution metadata are. What it leaves open a client may say; what it names, such as
 * a `tenant_id` that is undefined, a client may not.
 * @throws TypeError for anything but an object
 */
export function readIdentity(given: unknown): Identity {
  if (given === undefined) return NOBODY;
  const metadata = toPlain(plainCopy(given, 'identify()', 'metadata'), () => {});
  if (typeof given !== 'object' || given === null || !isRecord(metadata)) {
    throw new TypeError('identify() must give an object, undefined for nobody in particular, or null to refuse');
  }
  return { metadata, names: [...new Set([...Object.keys(given), ...Object.keys(metadata)])] };
}
