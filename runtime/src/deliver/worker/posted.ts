import type { Batch } from '../../instrument/batch.ts';
import { layColumns } from '../../instrument/rows.ts';
import type { SiteInfo } from '../../instrument/site.types.ts';
import { decodeDictionary } from './dictionary.ts';
import type { PlainSite, PostedBatch } from './protocol.ts';

export function fromPosted({ dictionary, ...posted }: PostedBatch): Batch {
  return { ...posted, ...layColumns(posted.rows, posted.capacity), ...decodeDictionary(dictionary) };
}

/** Functions cannot be sent, and have done their work when a call is recorded. */
export function plainSite({ onStart: _, onResult: __, onUnknown: ___, onEnded: ____, ...site }: SiteInfo): PlainSite {
  return site;
}
