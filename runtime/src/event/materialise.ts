import { serialize } from 'bson';
import type { FrozenEvent } from '../deliver/transport.ts';
import { say } from '../diagnostics/say.ts';
import type { Batch, SiteTable } from '../instrument/batch.ts';
import { runtimeState } from '../instrument/state.ts';
import type { EventMetadata } from './billing-event.ts';
import { buildDocument, type DraftDocument } from './bson-form.ts';
import { factsOf, type Origin } from './build-event.ts';
import { rowIds } from './event-id.ts';
import { Freezer } from './freeze/freezer.ts';
import { leftOut } from './invalid.ts';
import type { Router } from './router.ts';

export type { Origin } from './build-event.ts';

/** Turns rows `from` to `to` (exclusive) of a batch into events whose id, place and bytes are final. Never throws. */
export function materialise(
  batch: Batch,
  sites: SiteTable,
  origin: Origin,
  router: Router,
  from: number = 0,
  to: number = batch.length,
): FrozenEvent[] {
  const events: FrozenEvent[] = [];
  const end = Math.min(to, batch.length);
  const freezing = freezerOf(origin).begin(batch, end - from);
  const idOf = rowIds(batch);
  for (let row = from; row < end; row++) {
    const site = sites[batch.site[row] ?? -1];
    try {
      if (site === undefined) throw new RangeError('its function is not in the table of sites');
      const { database, collection } = router.place(site.provider);
      const id = idOf(row);
      const frozen = freezing.freeze(row, site);
      if (frozen !== undefined) events.push({ id, database, collection, doc: frozen.doc, shared: frozen.shared });
      else
        events.push({ id, database, collection, doc: toBytes(buildDocument(site, origin, factsOf(batch, row, id))) });
    } catch (error) {
      const { counters } = runtimeState();
      counters.dropped++;
      say('PAN5103', `An event of ${site?.name ?? 'an unknown function'} is lost: ${error}`, site?.name);
    }
  }
  return events;
}

/** Shared by all copies of the runtime that have this one's version: templates are made once for an origin. */
function freezerOf(origin: Origin): Freezer {
  const { extensions } = runtimeState();
  const freezers = (extensions.freezers ??= new WeakMap()) as WeakMap<Origin, Freezer>;
  let freezer = freezers.get(origin);
  if (freezer === undefined) {
    freezer = new Freezer(origin);
    freezers.set(origin, freezer);
  }
  return freezer;
}

/** A document that BSON refuses all the same goes without what the user put into it, rather than not at all. */
function toBytes(document: DraftDocument): Uint8Array {
  try {
    return serialize(document);
  } catch {
    const { function_name, duration_ms } = document.metadata as EventMetadata;
    leftOut(function_name, 'metadata', 'data that BSON can hold');
    return serialize({ ...document, usage: undefined, metadata: { function_name, duration_ms } });
  }
}
