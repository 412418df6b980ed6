import { deserialize } from 'node:v8';
import { type CellMemory, cellViews, readText } from './cell-memory.ts';
import { type EncodedCells, SAME } from './cell-writer.ts';
import { KIND, type Shape, textsIn } from './shape.ts';

/** Puts together what `CellWriter` took apart, in the same order. */
export class CellReader {
  readonly #shapes: readonly Shape[];
  readonly #others: readonly unknown[];
  readonly #numbers: Float64Array;
  readonly #lengths: Uint32Array;
  readonly #sequence: Uint8Array;
  readonly #text: string;
  #nextNumber = 0;
  #nextLength = 0;
  #nextValue = 0;
  #nextOther = 0;
  #character = 0;
  /** Shape → its first member that is a text, of those of all shapes. */
  readonly #firstTexts: number[] = [];
  /** What each of those members held last. */
  readonly #last: string[] = [];
  #member = 0;

  constructor(cells: CellMemory, shapes: readonly Shape[], others: readonly unknown[]) {
    const views = cellViews(cells);
    this.#shapes = shapes;
    this.#others = others;
    this.#numbers = views.numbers;
    this.#lengths = views.lengths;
    this.#sequence = views.sequence;
    this.#text = readText(views, cells);
    let texts = 0;
    for (const shape of shapes) {
      this.#firstTexts.push(texts);
      texts += textsIn(shape);
    }
  }

  static of({ cells, shapes, others }: EncodedCells): CellReader {
    return new CellReader(cells, shapes, others === undefined ? [] : (deserialize(others) as unknown[]));
  }

  number(): number {
    return this.#numbers[this.#nextNumber++] ?? Number.NaN;
  }

  value(): unknown {
    const index = this.#sequence[this.#nextValue++] ?? 0;
    const shape = this.#shapes[index];
    this.#member = this.#firstTexts[index] ?? 0;
    return index === 0 || shape === undefined ? this.#others[this.#nextOther++] : this.#members(shape);
  }

  #members({ keys, kinds, shapes }: Shape): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (const [index, key] of keys.entries()) object[key] = this.#cell(kinds[index], shapes[index]);
    return object;
  }

  #cell(kind: number | undefined, shape: Shape | undefined): unknown {
    if (kind === KIND.text) return this.#nextText();
    if (kind === KIND.number) return this.number();
    if (kind === KIND.boolean) return this.number() === 1;
    return shape === undefined ? this.#others[this.#nextOther++] : this.#members(shape);
  }

  #nextText(): string {
    const member = this.#member++;
    const length = this.#lengths[this.#nextLength++] ?? 0;
    if (length === SAME) return this.#last[member] ?? '';
    const begin = this.#character;
    this.#character += length;
    const text = this.#text.slice(begin, this.#character);
    this.#last[member] = text;
    return text;
  }
}
