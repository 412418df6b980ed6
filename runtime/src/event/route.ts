import { createHash } from 'node:crypto';

/** MongoDB's limits, in bytes; after sanitising every character is one byte. */
const MAX_DATABASE = 63;
const MAX_NAMESPACE = 255;

const HASH_DIGITS = 12;

const PREFIX = 'panoptic-';

/** Collection of everything, for programs with very many providers and accounts (`routing: 'single'`). */
export const SINGLE_COLLECTION = 'events';

/**
 * Database of a stage: `panoptic-{env}`, in letters, digits, `-` and `_`, at most 63 bytes. A stage that is called after
 * its database already (`panoptic-prod`) does not get the prefix twice.
 */
export function databaseName(env: string): string {
  const stage = sanitise(env, /[^a-z0-9-]+/g, /^[_-]+|[_-]+$/g).replace(/^panoptic[_-]+(?=[a-z0-9])/, '');
  return cut(PREFIX + stage, MAX_DATABASE, env);
}

/**
 * Collection of a provider and an account: `{provider}_{username}`, lower case, every run of other characters one `_`.
 * Two accounts may share one (`John Doe`, `john-doe`): documents keep both raw names, and queries filter on them.
 */
export function collectionName(database: string, provider: string, username: string): string {
  return limited(database, `${part(provider)}_${part(username)}`, `${provider}\0${username}`);
}

/** Collection of a provider alone, for programs with more accounts than a cluster can hold collections. */
export function providerCollectionName(database: string, provider: string): string {
  return limited(database, part(provider), provider);
}

const part = (raw: string): string => sanitise(raw, /[^a-z0-9]+/g, /^_+|_+$/g);

function sanitise(raw: string, other: RegExp, ends: RegExp): string {
  return raw.toLowerCase().replace(other, '_').replace(ends, '') || hash(raw);
}

function limited(database: string, name: string, raw: string): string {
  return cut(name, MAX_NAMESPACE - database.length - 1, raw);
}

/** Keeps the readable beginning and tells names apart that begin alike. */
function cut(name: string, max: number, raw: string): string {
  if (name.length <= max) return name;
  return `${name.slice(0, max - HASH_DIGITS - 1).replace(/[_-]+$/, '')}_${hash(raw)}`;
}

const hash = (raw: string): string => createHash('sha256').update(raw).digest('hex').slice(0, HASH_DIGITS);
