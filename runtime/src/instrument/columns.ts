import { say } from '../diagnostics/say.ts';
import type { Batch } from './batch.ts';
import { later } from './clock.ts';
import { ColumnBatch } from './column-batch.ts';
import { runOutside } from './outside.ts';
import { bytesOfRows } from './rows.ts';
import { type RuntimeState, runtimeState } from './state.ts';
import { endWaiting } from './waiting.ts';

/** Shared by all copies of the runtime. */
interface Columns {
  /** Serial number of the batch made last. */
  serial: number;
  /** Whether the one timer that seals a waiting batch is running. */
  armed: boolean;
  /** Whether `RuntimeState.wake` has been called. */
  woken: boolean;
}

/** Opens the batch that the next rows go into, and seals the one before. */
export function nextBatch(): Batch {
  const state = runtimeState();
  const columns = (state.extensions.columns ??= { serial: 0, armed: false, woken: false }) as Columns;
  seal();
  // whoever was told of a problem just now, or of events that are safe, may have made calls of his own
  for (; state.batch !== undefined; seal()) if (state.batch.length < state.batch.capacity) return state.batch;
  const { batchCapacity } = state;
  const batch = new ColumnBatch(
    batchCapacity,
    ++columns.serial,
    state.allocate?.(bytesOfRows(batchCapacity)),
    state.keepValues?.(),
  );
  state.batch = batch;
  if (state.opened !== undefined) runOutside(state.opened);
  else if (!columns.armed) arm(state, columns);
  if (!columns.woken && state.wake !== undefined) {
    columns.woken = true;
    runOutside(state.wake);
  }
  return batch;
}

/** One timer at a time: at a million calls a second, one a batch would keep a thousand dead batches alive. */
function arm(state: RuntimeState, columns: Columns): void {
  columns.armed = true;
  runOutside(() =>
    later(() => {
      columns.armed = false;
      // many small batches would reach the bound of what may wait sooner than the same calls in full ones
      if (state.batch !== undefined && state.congested?.()) arm(state, columns);
      else seal();
    }, state.maxWaitTimeMs),
  );
}

/**
 * Hands everything recorded so far to delivery, and first ends the calls that wait for somebody to turn to what they
 * returned, and writes what waits for further calls. Never throws.
 */
export function sealBatch(): void {
  endWaiting();
  runtimeState().stages?.flush();
  seal();
}

/** Seals the batch being written, if it has rows. Never throws. */
export function seal(): void {
  const state = runtimeState();
  const { batch } = state;
  if (batch === undefined || batch.length === 0) return;
  state.batch = undefined;
  if (state.sink === undefined) {
    keep(state, batch);
    return;
  }
  try {
    state.sink(batch);
  } catch {
    state.counters.internalErrors++;
    state.counters.dropped += batch.length;
  }
}

/** Gives the sealed batches that nobody has taken yet, oldest first, and forgets them. */
export function takePending(): Batch[] {
  return runtimeState().pending.splice(0);
}

function keep(state: RuntimeState, batch: Batch): void {
  if (state.pending.length < state.maxPendingBatches) {
    state.pending.push(batch);
    return;
  }
  state.counters.dropped += batch.length;
  say(
    'PAN3002',
    `${state.counters.dropped} events lost: nothing takes them over. Import @panoptic/runtime where the application starts; ` +
      'in a browser or at an edge call createPanoptic({ endpoint }) there.',
  );
}
