import { Buffer } from 'node:buffer';
import type { CellWriter } from './cell-writer.ts';
import { allocateCells, releaseCells } from './free-cells.ts';

/**
 * Cells in memory that threads share: the numbers, 8 bytes each; how long each text is, 4 bytes; a byte for the shape of
 * each value; then the texts, one after the other, but for those that were there just before.
 */
export interface CellMemory {
  readonly memory: SharedArrayBuffer;
  readonly numbers: number;
  readonly texts: number;
  readonly values: number;
  /** Length of all texts together. */
  readonly characters: number;
  /** Bytes of a character: 1 where all are ASCII, else 2, which keeps halves of characters, too. */
  readonly width: 1 | 2;
}

/** The parts of that memory. */
interface CellViews {
  readonly numbers: Float64Array;
  readonly lengths: Uint32Array;
  readonly sequence: Uint8Array;
  readonly characters: Uint8Array;
}

type Sizes = Omit<CellMemory, 'memory'>;

const encoder = /* @__PURE__ */ new TextEncoder();

export function writeCells({ texts, lengths, numbers, sequence }: CellWriter): CellMemory {
  const text = texts.join('');
  const sizes = { numbers: numbers.length, texts: lengths.length, values: sequence.length, characters: text.length };
  let cells: CellMemory = allocate({ ...sizes, width: 1 });
  let views = cellViews(cells);
  const { read, written } = encoder.encodeInto(text, views.characters);
  if (read < text.length || written !== text.length) {
    releaseCells(cells.memory);
    cells = allocate({ ...sizes, width: 2 });
    views = cellViews(cells);
    bufferOf(views.characters).write(text, 'utf16le');
  }
  views.numbers.set(numbers);
  views.sequence.set(sequence);
  views.lengths.set(lengths);
  return cells;
}

/** All texts as one. */
export const readText = ({ characters }: CellViews, { width }: CellMemory): string =>
  bufferOf(characters).toString(width === 1 ? 'latin1' : 'utf16le');

export function cellViews({ memory, numbers, texts, values, characters, width }: CellMemory): CellViews {
  const lengths = numbers * 8;
  const sequence = lengths + texts * 4;
  return {
    numbers: new Float64Array(memory, 0, numbers),
    lengths: new Uint32Array(memory, lengths, texts),
    sequence: new Uint8Array(memory, sequence, values),
    characters: new Uint8Array(memory, sequence + values, characters * width),
  };
}

function allocate(sizes: Sizes): CellMemory {
  const { numbers, texts, values, characters, width } = sizes;
  return { memory: allocateCells(numbers * 8 + texts * 4 + values + characters * width), ...sizes };
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
