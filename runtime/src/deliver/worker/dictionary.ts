import { deserialize, serialize } from 'node:v8';
import type { Batch } from '../../instrument/batch.ts';
import { type CellMemory, writeCells } from './cell-memory.ts';
import { CellReader } from './cell-reader.ts';
import { CellWriter } from './cell-writer.ts';
import type { Shape } from './shape.ts';

/** What the rows of a batch refer to. */
export type Dictionary = Pick<Batch, 'contexts' | 'values' | 'errors' | 'extras'>;

/** A dictionary on its way to another thread. */
export type EncodedDictionary = DictionaryCells | Uint8Array;

interface DictionaryCells {
  readonly cells: CellMemory;
  readonly shapes: readonly Shape[];
  /** What is neither text nor number, as Node serialises it; absent where there is nothing. */
  readonly others: Uint8Array | undefined;
  /** Contexts but for the first, which is always undefined. */
  readonly contexts: number;
  readonly values: number;
  readonly errors: number;
  readonly extras: number;
}

/** In memory that threads share. Throws what Node throws for functions and symbols. */
export function encodeDictionary({ contexts, values, errors, extras }: Dictionary): EncodedDictionary {
  // somebody has added to the prototype of all objects: keys would be found that are not there
  for (const _ in {}) return serialize({ contexts, values, errors, extras });
  const writer = new CellWriter();
  for (let index = 1; index < contexts.length; index++) writer.add(contexts[index]);
  for (const row of values.keys()) writer.number(row);
  for (const value of values.values()) writer.add(value);
  for (const row of errors.keys()) writer.number(row);
  for (const error of errors.values()) writer.add(error);
  for (const row of extras.keys()) writer.number(row);
  for (const extra of extras.values()) writer.add(extra);
  const { others } = writer;
  return {
    others: others.length === 0 ? undefined : serialize(others),
    cells: writeCells(writer),
    shapes: writer.shapes,
    contexts: contexts.length - 1,
    values: values.size,
    errors: errors.size,
    extras: extras.size,
  };
}

export function decodeDictionary(encoded: EncodedDictionary): Dictionary {
  if (encoded instanceof Uint8Array) return deserialize(encoded) as Dictionary;
  const { cells, shapes, others, contexts, values, errors, extras } = encoded;
  const reader = new CellReader(cells, shapes, others === undefined ? [] : (deserialize(others) as unknown[]));
  const many = <T>(count: number, read: () => unknown): T[] => Array.from({ length: count }, read) as T[];
  // row numbers come before what stands in the rows
  const byRow = <T>(count: number, read: () => unknown): Map<number, T> =>
    new Map(many<number>(count, () => reader.number()).map((row) => [row, read() as T]));
  return {
    contexts: [undefined, ...many<Record<string, unknown>>(contexts, () => reader.value())],
    values: byRow(values, () => reader.value()),
    errors: byRow(errors, () => reader.value()),
    extras: byRow(extras, () => reader.value()),
  };
}
