import { OUTCOME, type RowExtras } from '../instrument/batch.ts';
import { writeRow } from '../instrument/row.ts';
import { runtimeState } from '../instrument/state.ts';
import type { CallWindow } from './window.ts';

/** Writes the event of a window; one with a single call is the event of that call. */
export function writeWindow(window: CallWindow): void {
  const { first, snapshot, calls, from, sum } = window;
  const batch = writeRow(runtimeState(), first.site.index, snapshot, from, from + sum / calls, OUTCOME.ok);
  const row = batch.length - 1;
  const values = calls === 1 ? first.values : window.sums.over(first.values);
  if (values !== undefined) batch.values.set(row, values);
  const facts: RowExtras | undefined = calls === 1 ? first.extras : { window: window.told(batch.epoch) };
  // none of them was drawn, whatever the annotation says
  const isDrawn = (first.site.info.sample ?? 1) < 1;
  const extras = isDrawn ? { ...facts, sampleRate: 1 } : facts;
  if (extras !== undefined) batch.extras.set(row, extras);
}
