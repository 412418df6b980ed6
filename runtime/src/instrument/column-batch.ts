import type { Batch, ErrorFacts } from './batch.ts';
import { now, random, wallClock } from './clock.ts';
import type { CallValues } from './site.types.ts';

const BYTES_PER_ROW = 28;
const SEED_BYTES = 6;

/** A class, because every row is written to one of these: a literal with a getter of its own would change shape each time. */
export class ColumnBatch implements Batch {
  readonly serial: number;
  readonly epoch: number = wallClock() - now();
  length: number = 0;
  readonly capacity: number;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly site: Uint32Array;
  readonly context: Uint32Array;
  readonly outcome: Uint32Array;
  readonly contexts: Batch['contexts'] = [undefined];
  readonly values: Map<number, CallValues> = new Map();
  readonly errors: Map<number, ErrorFacts> = new Map();
  readonly activeMs: Map<number, number> = new Map();
  #seed: Uint8Array | undefined = undefined;

  constructor(capacity: number, serial: number) {
    this.serial = serial;
    this.capacity = capacity;
    // The eight-byte columns come first, so that every view is aligned.
    const rows = new ArrayBuffer(capacity * BYTES_PER_ROW);
    this.start = new Float64Array(rows, 0, capacity);
    this.duration = new Float64Array(rows, capacity * 8, capacity);
    this.site = new Uint32Array(rows, capacity * 16, capacity);
    this.context = new Uint32Array(rows, capacity * 20, capacity);
    this.outcome = new Uint32Array(rows, capacity * 24, capacity);
  }

  /**
   * Drawn by its first reader, which is delivery. Sooner would cost a caller 8 µs, and two machines restored from one
   * snapshot while the batch was open would share its ids.
   */
  get seed(): Uint8Array {
    return (this.#seed ??= drawSeed());
  }
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
