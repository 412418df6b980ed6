import type { BillingEvent } from '../event/billing-event.ts';
import { withoutAnySecrets } from '../event/bson-form.ts';
import { factsOf, type PartialOrigin } from '../event/build-event.ts';
import { rowIds } from '../event/event-id.ts';
import { uncounted } from '../event/invalid.ts';
import { buildJson } from '../event/json-form.ts';
import type { Batch } from '../instrument/batch.ts';
import { runtimeState } from '../instrument/state.ts';
import type { RecordedEvent } from './exporter.ts';

/**
 * Rows `from` to `to` (exclusive) of a batch as exporters take them. What is wrong with an event is said and counted where
 * it is made for its destination, so a row that becomes no event is left out without a word. Never throws.
 */
export function recordedEvents(batch: Batch, origin: PartialOrigin, from: number, to: number): RecordedEvent[] {
  const { sites } = runtimeState();
  const idOf = rowIds(batch);
  return uncounted(() => {
    const events: RecordedEvent[] = [];
    for (let row = from; row < to; row++) {
      const site = sites[batch.site[row] ?? -1];
      if (site === undefined) continue;
      try {
        const facts = factsOf(batch, row, idOf(row));
        const error = facts.error && withoutAnySecrets(facts.error, origin);
        const event = withoutAbsent(buildJson(site, origin, { ...facts, error })) as BillingEvent;
        events.push({ event, startMs: facts.startMs, ...(facts.extras?.unsampled && { unsampled: true }) });
      } catch {
        // see above
      }
    }
    return events;
  });
}

const withoutAbsent = (draft: object): object =>
  Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
