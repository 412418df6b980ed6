/** An object of plain data. */
export type Members = Readonly<Record<string, unknown>>;

/** Keys of one kind of objects, each with those of the object it holds, or null. */
type Shape = readonly (readonly [key: string, members: readonly string[] | null])[];

/**
 * Objects in text, their keys written once: calls of one function, and contexts of one application, nearly always have the
 * same ones. That takes the main thread half the time of the objects themselves.
 */
export interface RecordColumns {
  /** For so many objects, one after the other, that index into `shapes`. */
  readonly runs: [shape: number, count: number][];
  readonly shapes: Shape[];
  readonly cells: unknown[];
}

/** Beyond so many, looking for the right one costs more than it saves. */
const MAX_SHAPES = 64;

/** Undefined where text would not give the same objects back, or they have hardly anything in common. */
export function toColumns(records: Iterable<Members>): RecordColumns | undefined {
  const columns: RecordColumns = { runs: [], shapes: [], cells: [] };
  const { runs, shapes, cells } = columns;
  let run: [shape: number, count: number] = [-1, 0];
  for (const record of records) {
    let [index] = run;
    if (index < 0 || !writeCells(record, shapes[index] ?? [], cells)) {
      index = shapes.findIndex((shape) => writeCells(record, shape, cells));
      if (index < 0) {
        if (shapes.length === MAX_SHAPES) return undefined;
        const shape = shapeOf(record);
        if (!writeCells(record, shape, cells)) return undefined;
        index = shapes.push(shape) - 1;
      }
      run = [index, 0];
      runs.push(run);
    }
    run[1]++;
  }
  return columns;
}

export function* fromColumns({ runs, shapes, cells }: RecordColumns): Generator<Record<string, unknown>, void> {
  let cell = 0;
  for (const [index, count] of runs) {
    const shape = shapes[index] ?? [];
    for (let n = 0; n < count; n++) {
      const record: Record<string, unknown> = {};
      for (const [key, members] of shape) {
        if (members === null) record[key] = cells[cell++];
        else {
          const object: Record<string, unknown> = {};
          for (const member of members) object[member] = cells[cell++];
          record[key] = object;
        }
      }
      yield record;
    }
  }
}

function shapeOf(record: Members): Shape {
  return Object.entries(record).map(([key, value]) => [key, isMembers(value) ? Object.keys(value) : null]);
}

/** Appends what the object holds if it is of that shape, and text keeps it; else changes nothing. */
function writeCells(record: Members, shape: Shape, cells: unknown[]): boolean {
  const before = cells.length;
  let index = 0;
  for (const key in record) {
    const column = shape[index++];
    const value = record[key];
    if (column === undefined || column[0] !== key) return undo(cells, before);
    const members = column[1];
    if (members === null) {
      if (!isExact(value)) return undo(cells, before);
      cells.push(value);
    } else if (!isMembers(value) || !writeMembers(value, members, cells)) return undo(cells, before);
  }
  return index === shape.length || undo(cells, before);
}

function writeMembers(object: Members, members: readonly string[], cells: unknown[]): boolean {
  let index = 0;
  for (const key in object) {
    if (members[index++] !== key) return false;
    const value = object[key];
    // what lies deeper is written as it is
    if (!isExact(value) && !isMembers(value) && !Array.isArray(value)) return false;
    cells.push(value);
  }
  return index === members.length;
}

function undo(cells: unknown[], length: number): false {
  cells.length = length;
  return false;
}

/** A primitive that JSON gives back as it was. `x - x` is 0 for finite numbers alone. */
function isExact(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && value - value === 0);
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
