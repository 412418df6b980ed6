import { createHash } from 'node:crypto';

/** Hex digits of an id that say its second, by which ids are in order of time. */
const SECONDS = 8;
const DIGITS = 24;

/**
 * The `_id` under which an event of a client is stored: the same for the same one, so that an event sent twice is stored once,
 * and never one that a client could choose. Else who knows the id of an event could keep another one from being stored.
 */
export const storedId = (id: string): string =>
  id.slice(0, SECONDS) +
  createHash('sha256')
    .update(`client ${id}`)
    .digest('hex')
    .slice(0, DIGITS - SECONDS);
