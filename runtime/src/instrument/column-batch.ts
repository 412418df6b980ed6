import type { Batch, ByRow, ErrorFacts, RowExtras } from './batch.ts';
import { now, wallClock } from './clock.ts';
import { bytesOfRows, layColumns } from './rows.ts';
import { drawSeed } from './seed.ts';
import type { CallValues } from './site.types.ts';

/** A class, because every row is written to one of these: a literal with a getter of its own would change shape each time. */
export class ColumnBatch implements Batch {
  readonly serial: number;
  readonly epoch: number = wallClock() - now();
  length: number = 0;
  readonly capacity: number;
  readonly rows: ArrayBufferLike;
  readonly start: Float64Array;
  readonly duration: Float64Array;
  readonly site: Uint32Array;
  readonly context: Uint32Array;
  readonly outcome: Uint32Array;
  readonly contexts: Batch['contexts'] = [undefined];
  readonly values: ByRow<CallValues>;
  readonly errors: Map<number, ErrorFacts> = new Map();
  readonly extras: Map<number, RowExtras> = new Map();
  #seed: Uint8Array | undefined = undefined;

  /** @param rows memory of `bytesOfRows(capacity)` */
  constructor(
    capacity: number,
    serial: number,
    rows: ArrayBufferLike = new ArrayBuffer(bytesOfRows(capacity)),
    values: ByRow<CallValues> = new Map(),
  ) {
    this.serial = serial;
    this.capacity = capacity;
    this.rows = rows;
    this.values = values;
    const columns = layColumns(rows, capacity);
    this.start = columns.start;
    this.duration = columns.duration;
    this.site = columns.site;
    this.context = columns.context;
    this.outcome = columns.outcome;
  }

  /**
   * Drawn by its first reader, which is delivery, when no row is added any more. Sooner would cost a caller 8 µs, and two
   * machines restored from one snapshot while the batch was open would give different calls the same ids.
   */
  get seed(): Uint8Array {
    return (this.#seed ??= drawSeed());
  }
}
