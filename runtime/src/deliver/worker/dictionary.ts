import { deserialize, serialize } from 'node:v8';
import type { Batch, ErrorFacts } from '../../instrument/batch.ts';
import type { CallValues } from '../../instrument/site.types.ts';
import { fromColumns, type Members, type RecordColumns, toColumns } from './record-columns.ts';

/** What the rows of a batch refer to. */
export type Dictionary = Pick<Batch, 'contexts' | 'values' | 'errors' | 'activeMs'>;

/** A dictionary on its way to another thread. */
export type EncodedDictionary = DictionaryText | Uint8Array;

/** Two texts in JSON. */
interface DictionaryText {
  /** What the application said, in contexts but for the first, which is always undefined, and in values. */
  readonly said: string;
  readonly rest: string;
}

type Said = readonly [contexts: unknown[], values: unknown[]];

type Keys = Omit<RecordColumns, 'cells'>;

type Rest = readonly [
  contexts: Keys,
  values: Keys,
  /** Row with values, and how many after it have some, too. */
  rows: readonly (readonly [first: number, count: number])[],
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
  const [contextCells, valueCells] = JSON.parse(encoded.said) as Said;
  const [contextKeys, valueKeys, runs, errors, activeMs] = JSON.parse(encoded.rest) as Rest;
  const values = new Map<number, CallValues>();
  const rows = rowsOf(runs);
  for (const value of fromColumns({ ...valueKeys, cells: valueCells })) values.set(rows.next().value ?? 0, value);
  return {
    contexts: [undefined, ...fromColumns({ ...contextKeys, cells: contextCells })],
    values,
    errors: new Map(errors),
    activeMs: new Map(activeMs),
  };
}

function toText({ contexts, values, errors, activeMs }: Dictionary): DictionaryText | undefined {
  // somebody has added to the prototype of all objects: keys would be found that are not there
  for (const _ in {}) return undefined;
  const context = toColumns(contexts.slice(1) as Members[]);
  const value = toColumns(values.values() as Iterable<Members>);
  if (context === undefined || value === undefined) return undefined;
  try {
    const said = JSON.stringify([context.cells, value.cells] satisfies Said);
    // JSON writes it in place of numbers that it cannot write
    if (said.includes('null')) return undefined;
    const keys = ({ runs, shapes }: RecordColumns): Keys => ({ runs, shapes });
    const rest: Rest = [keys(context), keys(value), runsOf(values.keys()), [...errors], [...activeMs]];
    return { said, rest: JSON.stringify(rest) };
  } catch {
    // a big integer
    return undefined;
  }
}

/** Rows, ascending as they nearly always are, by where each uninterrupted run of them begins. */
function runsOf(rows: Iterable<number>): [first: number, count: number][] {
  const runs: [first: number, count: number][] = [];
  let run: [first: number, count: number] = [-1, 0];
  for (const row of rows) {
    if (row !== run[0] + run[1]) {
      run = [row, 0];
      runs.push(run);
    }
    run[1]++;
  }
  return runs;
}

function* rowsOf(runs: Rest[2]): Generator<number, void> {
  for (const [first, count] of runs) for (let n = 0; n < count; n++) yield first + n;
}
