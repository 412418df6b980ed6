import { deserialize, serialize } from 'node:v8';
import type { Batch, ErrorFacts } from '../../instrument/batch.ts';
import { fromColumns, toColumns, type ValueColumns } from './value-columns.ts';

/** What the rows of a batch refer to. */
export type Dictionary = Pick<Batch, 'contexts' | 'values' | 'errors' | 'activeMs'>;

/** A dictionary on its way to another thread. */
export type EncodedDictionary = DictionaryText | Uint8Array;

/** Two texts in JSON. */
interface DictionaryText {
  /** What the application said: contexts but for the first, which is always undefined, and the cells of the values. */
  readonly said: string;
  readonly rest: string;
}

type Said = readonly [contexts: Batch['contexts'], cells: unknown[]];

type Rest = readonly [
  values: Omit<ValueColumns, 'cells'>,
  errors: readonly (readonly [row: number, ErrorFacts])[],
  activeMs: readonly (readonly [row: number, ms: number])[],
];

/**
 * JSON where that gives the same events, because it takes half the time of Node's own serialisation, which is used for
 * everything else: dates among the values, big integers, numbers that are none.
 * Throws what Node throws for functions and symbols.
 */
export function encodeDictionary({ contexts, values, errors, activeMs }: Dictionary): EncodedDictionary {
  return toText({ contexts, values, errors, activeMs }) ?? serialize({ contexts, values, errors, activeMs });
}

export function decodeDictionary(encoded: EncodedDictionary): Dictionary {
  if (encoded instanceof Uint8Array) return deserialize(encoded) as Dictionary;
  const [contexts, cells] = JSON.parse(encoded.said) as Said;
  const [columns, errors, activeMs] = JSON.parse(encoded.rest) as Rest;
  return {
    contexts: [undefined, ...contexts],
    values: fromColumns({ ...columns, cells }),
    errors: new Map(errors),
    activeMs: new Map(activeMs),
  };
}

function toText({ contexts, values, errors, activeMs }: Dictionary): DictionaryText | undefined {
  // somebody has added to the prototype of all objects: keys would be found that are not there
  for (const _ in {}) return undefined;
  const columns = toColumns(values);
  if (columns === undefined) return undefined;
  const { cells, ...shapes } = columns;
  try {
    const said = JSON.stringify([contexts.slice(1), cells] satisfies Said);
    // JSON writes it in place of numbers that it cannot write
    if (said.includes('null')) return undefined;
    return { said, rest: JSON.stringify([shapes, [...errors], [...activeMs]] satisfies Rest) };
  } catch {
    // a big integer
    return undefined;
  }
}
