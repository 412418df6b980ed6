import { say } from '../diagnostics/say.ts';
import type { Batch } from './batch.ts';
import { later, now, random, wallClock } from './clock.ts';
import { type RuntimeState, runtimeState } from './state.ts';

/** Shared by all copies of the runtime. */
interface Columns {
  /** Serial number of the batch made last. */
  serial: number;
  /** Whether the one timer that seals a waiting batch is running. */
  armed: boolean;
  /** Whether `RuntimeState.wake` has been called. */
  woken: boolean;
}

const BYTES_PER_ROW = 28;
const SEED_BYTES = 6;

/** Opens the batch that the next rows go into, and seals the one before. */
export function nextBatch(): Batch {
  const state = runtimeState();
  const columns = (state.extensions.columns ??= { serial: 0, armed: false, woken: false }) as Columns;
  sealBatch();
  const batch = makeBatch(state.batchCapacity, ++columns.serial);
  state.batch = batch;
  if (!columns.armed) arm(state, columns);
  if (!columns.woken && state.wake !== undefined) {
    columns.woken = true;
    runOutside(state, state.wake);
  }
  return batch;
}

function makeBatch(capacity: number, serial: number): Batch {
  // The eight-byte columns come first, so that every view is aligned.
  const rows = new ArrayBuffer(capacity * BYTES_PER_ROW);
  let seed: Uint8Array | undefined;
  return {
    // Drawn by its first reader, which is delivery. Sooner would cost a caller 8 µs, and two machines restored from one
    // snapshot while the batch was open would share its ids.
    get seed() {
      return (seed ??= drawSeed());
    },
    serial,
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
function arm(state: RuntimeState, columns: Columns): void {
  columns.armed = true;
  runOutside(state, () =>
    later(() => {
      columns.armed = false;
      sealBatch();
    }, state.maxWaitTimeMs),
  );
}

function runOutside(state: RuntimeState, work: () => void): void {
  try {
    if (state.outside === undefined) work();
    else state.outside(work);
  } catch {
    state.counters.internalErrors++;
  }
}

/** Seals the batch being written, if it has rows, and hands it to delivery. Never throws. */
export function sealBatch(): void {
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
    `${state.counters.dropped} events lost: nothing takes them over. Import @panoptic/runtime where the application starts.`,
  );
}

function drawSeed(): Uint8Array {
  const seed = new Uint8Array(SEED_BYTES);
  try {
    return crypto.getRandomValues(seed);
  } catch {
    // some test environments have no Web Crypto
    return seed.map(() => random() * 256);
  }
}
