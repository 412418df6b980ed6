import type { ByRow } from '../../instrument/batch.ts';
import type { CallValues } from '../../instrument/site.types.ts';
import { writeCells } from './cell-memory.ts';
import { CellReader } from './cell-reader.ts';
import type { CellWriter, EncodedCells } from './cell-writer.ts';
import { releaseCells } from './free-cells.ts';
import { releaseWriter, takeWriter } from './free-writers.ts';
import type { Shape } from './shape.ts';

/** What many calls said, on its way to another thread. */
export interface EncodedValues extends EncodedCells {
  readonly size: number;
}

/**
 * What the calls of a batch said, taken apart as soon as it was read. A thousand objects that live until their batch is
 * sealed would be copied by the collector, and have left the processor's caches when they are looked at again.
 */
export class KeptValues implements ByRow<CallValues> {
  size: number = 0;
  #writer: CellWriter | undefined;
  #whole: Map<number, CallValues> | undefined;

  set(row: number, values: CallValues): void {
    this.#whole?.set(row, values);
    this.#writer ??= takeWriter();
    this.#writer.number(row);
    this.#writer.add(values);
    this.size++;
  }

  setKnown(row: number, shape: Shape, texts: readonly string[], numbers: readonly number[]): boolean {
    if (this.#whole !== undefined) return false;
    this.#writer ??= takeWriter();
    if (!this.#writer.addKnown(row, shape, texts, numbers)) return false;
    this.size++;
    return true;
  }

  get(row: number): CallValues | undefined {
    return this.#all().get(row);
  }

  keys(): Iterable<number> {
    return this.#all().keys();
  }

  values(): Iterable<CallValues> {
    return this.#all().values();
  }

  /** In memory that threads share; nothing is left here. @throws what Node throws for functions and symbols */
  encode(): EncodedValues | undefined {
    if (this.#writer === undefined) return undefined;
    const encoded = { ...this.#writer.encode(), size: this.size };
    releaseWriter(this.#writer);
    this.#writer = undefined;
    this.size = 0;
    return encoded;
  }

  #all(): Map<number, CallValues> {
    if (this.#whole !== undefined) return this.#whole;
    this.#whole = new Map();
    if (this.#writer !== undefined) {
      const cells = writeCells(this.#writer);
      readValues(new CellReader(cells, this.#writer.shapes, this.#writer.others), this.size, this.#whole);
      releaseCells(cells.memory);
    }
    return this.#whole;
  }
}

/** What a batch without `KeptValues` holds, as they would have written it. */
export function encodeValues(values: ByRow<CallValues>): EncodedValues | undefined {
  if (isKept(values)) return values.encode();
  const kept = new KeptValues();
  const items = values.values()[Symbol.iterator]();
  for (const row of values.keys()) kept.set(row, items.next().value as CallValues);
  return kept.encode();
}

/** Another copy of the runtime has a class of its own. */
const isKept = (values: ByRow<CallValues>): values is KeptValues => 'encode' in values;

export function decodeValues(encoded: EncodedValues | undefined): Map<number, CallValues> {
  const values = new Map<number, CallValues>();
  if (encoded !== undefined) readValues(CellReader.of(encoded), encoded.size, values);
  return values;
}

function readValues(reader: CellReader, size: number, to: Map<number, CallValues>): void {
  for (let read = 0; read < size; read++) to.set(reader.number(), reader.value() as CallValues);
}
