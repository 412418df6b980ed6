import { say } from '../diagnostics/say.ts';
import { factsOf } from '../event/build-event.ts';
import { rowIds } from '../event/event-id.ts';
import { buildJson } from '../event/json-form.ts';
import type { Batch } from '../instrument/batch.ts';
import { runtimeState } from '../instrument/state.ts';
import type { EdgeConfig } from './options.ts';
import type { Entry } from './outbox.ts';

const encoder = /* @__PURE__ */ new TextEncoder();

/** The rows of a batch as events in JSON form, whose ids and text are final. Never throws. */
export function toEntries(batch: Batch, config: EdgeConfig): Entry[] {
  const { counters, sites } = runtimeState();
  const { project, username, commit } = config;
  const origin = { project, env: undefined, username, commit };
  const idOf = rowIds(batch);
  const entries: Entry[] = [];
  for (let row = 0; row < batch.length; row++) {
    const site = sites[batch.site[row] ?? -1];
    try {
      if (site === undefined) throw new RangeError('its function is not in the table of sites');
      const id = idOf(row);
      const event = buildJson(site, origin, factsOf(batch, row, id));
      // the server says so whatever stands here
      if (config.token === undefined && event.metadata) event.metadata.untrusted = true;
      const json = JSON.stringify(event);
      entries.push({ id, json, bytes: encoder.encode(json).length });
    } catch (error) {
      counters.dropped++;
      say('PAN5103', `An event of ${site?.name ?? 'an unknown function'} is lost: ${error}`, site?.name);
    }
  }
  return entries;
}
