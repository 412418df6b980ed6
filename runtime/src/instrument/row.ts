import type { Batch } from './batch.ts';
import type { Recorder } from './recorder.types.ts';
import type { ContextSnapshot, RuntimeState } from './state.ts';

/** Writes one ended call and gives the batch it went to; its row is the last one. Allocates nothing. */
export function writeRow(
  state: RuntimeState,
  site: number,
  snapshot: ContextSnapshot | undefined,
  start: number,
  end: number,
  outcome: number,
): Batch {
  const batch = openRow(state, site, snapshot, outcome);
  const row = batch.length - 1;
  batch.start[row] = start;
  batch.duration[row] = end - start;
  return batch;
}

/** As `writeRow`, without the times: the hot path writes these itself, since a double that is handed on may need a box. */
export function openRow(
  state: RuntimeState,
  site: number,
  snapshot: ContextSnapshot | undefined,
  outcome: number,
): Batch {
  let { batch } = state;
  if (batch === undefined || batch.length === batch.capacity) batch = (state.recorder as Recorder).nextBatch();
  let context = 0;
  if (snapshot !== undefined) {
    if (snapshot.serial !== batch.serial) {
      snapshot.serial = batch.serial;
      snapshot.index = batch.contexts.push(snapshot.data) - 1;
    }
    context = snapshot.index;
  }
  const row = batch.length++;
  batch.site[row] = site;
  batch.context[row] = context;
  batch.outcome[row] = outcome;
  state.counters.recorded++;
  return batch;
}
