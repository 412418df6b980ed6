import type { CallValues } from '../../instrument/site.types.ts';

/** Keys of one kind of values, each with those of the object it holds, or null. */
type Shape = readonly (readonly [key: string, members: readonly string[] | null])[];

/**
 * The values of a batch, their keys written once: calls of one function nearly always have the same ones. That takes the
 * main thread half the time of the objects themselves.
 */
export interface ValueColumns {
  readonly rows: number[];
  /** For each row an index into `shapes`. */
  readonly shapeOf: number[];
  readonly shapes: Shape[];
  readonly cells: unknown[];
}

/** Beyond so many, looking for the right one costs more than it saves. */
const MAX_SHAPES = 64;

type Members = Readonly<Record<string, unknown>>;

/** Undefined where text would not give the same values back, or they have hardly anything in common. */
export function toColumns(values: ReadonlyMap<number, CallValues>): ValueColumns | undefined {
  const columns: ValueColumns = { rows: [], shapeOf: [], shapes: [], cells: [] };
  const { rows, shapeOf, shapes, cells } = columns;
  let index = -1;
  for (const [row, value] of values) {
    const members = value as Members;
    if (index < 0 || !writeCells(members, shapes[index] ?? [], cells)) {
      index = shapes.findIndex((shape) => writeCells(members, shape, cells));
      if (index < 0) {
        if (shapes.length === MAX_SHAPES) return undefined;
        const shape = shapeOfValues(members);
        if (!writeCells(members, shape, cells)) return undefined;
        index = shapes.push(shape) - 1;
      }
    }
    rows.push(row);
    shapeOf.push(index);
  }
  return columns;
}

export function fromColumns({ rows, shapeOf, shapes, cells }: ValueColumns): Map<number, CallValues> {
  const values = new Map<number, CallValues>();
  let cell = 0;
  for (const [index, row] of rows.entries()) {
    const value: Record<string, unknown> = {};
    for (const [key, members] of shapes[shapeOf[index] ?? 0] ?? []) {
      if (members === null) value[key] = cells[cell++];
      else {
        const object: Record<string, unknown> = {};
        for (const member of members) object[member] = cells[cell++];
        value[key] = object;
      }
    }
    values.set(row, value);
  }
  return values;
}

function shapeOfValues(values: Members): Shape {
  return Object.entries(values).map(([key, value]) => [key, isMembers(value) ? Object.keys(value) : null]);
}

/** Appends the values if they are of that shape, and text keeps them; else changes nothing. */
function writeCells(values: Members, shape: Shape, cells: unknown[]): boolean {
  const before = cells.length;
  let index = 0;
  for (const key in values) {
    const column = shape[index++];
    const value = values[key];
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
