import type { Batch } from '../../instrument/batch.ts';
import { CellReader } from './cell-reader.ts';
import type { EncodedCells } from './cell-writer.ts';
import { releaseCells } from './free-cells.ts';
import { releaseWriter, takeWriter } from './free-writers.ts';
import { decodeValues, type EncodedValues, encodeValues } from './kept-values.ts';

/** What the rows of a batch refer to. */
export type Dictionary = Pick<Batch, 'contexts' | 'values' | 'errors' | 'extras'>;

/** A dictionary on its way to another thread, in memory that threads share. */
export interface EncodedDictionary {
  /** Absent where no call said anything. */
  readonly said: EncodedValues | undefined;
  readonly rest: EncodedCells & {
    /** Contexts but for the first, which is always undefined. */
    readonly contexts: number;
    readonly errors: number;
    readonly extras: number;
  };
}

/** Empties `values`. Throws what Node throws for functions and symbols; nothing has been emptied then. */
export function encodeDictionary({ contexts, values, errors, extras }: Dictionary): EncodedDictionary {
  const writer = takeWriter();
  try {
    for (let index = 1; index < contexts.length; index++) writer.add(contexts[index]);
    for (const row of errors.keys()) writer.number(row);
    for (const error of errors.values()) writer.add(error);
    for (const row of extras.keys()) writer.number(row);
    for (const extra of extras.values()) writer.add(extra);
    const counts = { contexts: contexts.length - 1, errors: errors.size, extras: extras.size };
    return { rest: { ...writer.encode(), ...counts }, said: encodeValues(values) };
  } finally {
    releaseWriter(writer);
  }
}

export function decodeDictionary({ said, rest }: EncodedDictionary): Dictionary {
  const reader = CellReader.of(rest);
  const many = <T>(count: number, read: () => unknown): T[] => Array.from({ length: count }, read) as T[];
  // row numbers come before what stands in the rows
  const byRow = <T>(count: number): Map<number, T> =>
    new Map(many<number>(count, () => reader.number()).map((row) => [row, reader.value() as T]));
  return {
    contexts: [undefined, ...many<Record<string, unknown>>(rest.contexts, () => reader.value())],
    values: decodeValues(said),
    errors: byRow(rest.errors),
    extras: byRow(rest.extras),
  };
}

/** Nobody may decode it any more. */
export function releaseDictionary({ said, rest }: EncodedDictionary): void {
  releaseCells(rest.cells.memory);
  if (said !== undefined) releaseCells(said.cells.memory);
}
