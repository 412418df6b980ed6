import { say } from '../diagnostics/say.ts';
import type { Batch } from './batch.ts';
import { later, now, random, wallClock } from './clock.ts';
import { type ContextSnapshot, type RuntimeState, runtimeState } from './state.ts';

/** What writing needs beyond the batch itself; shared by all copies of the runtime. */
export interface Columns {
  readonly state: RuntimeState;
  /** Serial number of the batch being written. */
  serial: number;
  /** Whether the one timer that seals a waiting batch is running. */
  armed: boolean;
  /** Whether `RuntimeState.wake` has been called. */
  woken: boolean;
}

const BYTES_PER_ROW = 28;
const SEED_BYTES = 6;

export function columnsOf(state: RuntimeState): Columns {
  return (state.extensions.columns ??= { state, serial: 0, armed: false, woken: false }) as Columns;
}

/** The batch that the next row goes into. */
export function openBatch(columns: Columns): Batch {
  const { batch } = columns.state;
  return batch === undefined || batch.length === batch.capacity ? nextBatch(columns) : batch;
}

/** Writes one ended call and gives its row. Nothing is allocated, and nothing after the first line can throw. */
export function writeRow(
  columns: Columns,
  batch: Batch,
  site: number,
  snapshot: ContextSnapshot | undefined,
  start: number,
  end: number,
  outcome: number,
): number {
  const context =
    snapshot === undefined ? 0 : snapshot.serial === columns.serial ? snapshot.index : intern(columns, batch, snapshot);
  const row = batch.length++;
  batch.site[row] = site;
  batch.context[row] = context;
  batch.start[row] = start;
  batch.duration[row] = end - start;
  batch.outcome[row] = outcome;
  columns.state.counters.recorded++;
  return row;
}

function intern(columns: Columns, batch: Batch, snapshot: ContextSnapshot): number {
  const index = batch.contexts.push(snapshot.data) - 1;
  snapshot.serial = columns.serial;
  snapshot.index = index;
  return index;
}

function nextBatch(columns: Columns): Batch {
  const { state } = columns;
  sealBatch();
  const batch = makeBatch(state.batchCapacity);
  state.batch = batch;
  columns.serial++;
  if (columns.woken && columns.armed) return batch;
  const { outside = runNow } = state;
  outside(() => {
    arm(columns);
    wake(columns);
  });
  return batch;
}

function makeBatch(capacity: number): Batch {
  // The eight-byte columns come first, so that every view is aligned.
  const rows = new ArrayBuffer(capacity * BYTES_PER_ROW);
  return {
    seed: new Uint8Array(SEED_BYTES),
    epoch: wallClock() - now(),
    length: 0,
    capacity,
    start: new Float64Array(rows, 0, capacity),
    duration: new Float64Array(rows, capacity * 8, capacity),
    site: new Uint32Array(rows, capacity * 16, capacity),
    context: new Uint32Array(rows, capacity * 20, capacity),
    outcome: new Uint32Array(rows, capacity * 24, capacity),
    contexts: [undefined],
    values: new Map(),
    errors: new Map(),
  };
}

/** One timer at a time: at a million calls a second, one a batch would keep a thousand dead batches alive. */
function arm(columns: Columns): void {
  if (columns.armed) return;
  columns.armed = true;
  later(() => {
    columns.armed = false;
    sealBatch();
  }, columns.state.maxWaitTimeMs);
}

function wake({ state }: Columns): void {
  const columns = columnsOf(state);
  if (columns.woken || state.wake === undefined) return;
  columns.woken = true;
  try {
    state.wake();
  } catch {
    state.counters.internalErrors++;
  }
}

function runNow(work: () => void): void {
  work();
}

/** Seals the batch being written, if it has rows, and hands it to delivery. Never throws. */
export function sealBatch(): void {
  const state = runtimeState();
  const { batch } = state;
  if (batch === undefined || batch.length === 0) return;
  state.batch = undefined;
  // Not before now: two machines restored from one snapshot while the batch was open must not share its ids.
  fillRandom(batch.seed);
  if (state.sink === undefined) keep(state, batch);
  else {
    try {
      state.sink(batch);
    } catch {
      state.counters.internalErrors++;
      state.counters.dropped += batch.length;
    }
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
    `${state.counters.dropped} events lost: nothing takes them over. Call start() or createPanoptic() first.`,
  );
}

function fillRandom(seed: Uint8Array): void {
  try {
    crypto.getRandomValues(seed);
  } catch {
    // some test environments have no Web Crypto
    for (let i = 0; i < seed.length; i++) seed[i] = random() * 256;
  }
}
