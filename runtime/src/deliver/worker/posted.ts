import type { Batch } from '../../instrument/batch.ts';
import { layColumns } from '../../instrument/rows.ts';
import type { SiteInfo } from '../../instrument/site.types.ts';
import type { PlainSite, PostedBatch } from './protocol.ts';

/**
 * A batch as a message carries it. Node's structured clone of the dictionaries is the cheapest way of all that keep every
 * value as it is: 160 ns an event for a context of twelve fields and four calls, 240 ns for a model and a usage.
 */
export function toPosted(batch: Batch, again: boolean): PostedBatch {
  const { serial, epoch, seed, length, capacity, rows, contexts, values, errors, activeMs } = batch;
  return { serial, epoch, seed, length, capacity, rows, contexts, values, errors, activeMs, again };
}

export function fromPosted(posted: PostedBatch): Batch {
  return { ...posted, ...layColumns(posted.rows, posted.capacity) };
}

/** Functions cannot be sent, and have done their work when a call is recorded. */
export function plainSite({ onStart: _, onResult: __, ...site }: SiteInfo): PlainSite {
  return site;
}
