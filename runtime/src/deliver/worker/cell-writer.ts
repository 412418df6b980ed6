import { isMembers, KIND, kindOf, type Members, type Shape, shapeOf } from './shape.ts';

/** Beyond so many, looking for the right one costs more than it saves; an index must fit into a byte. */
const MAX_SHAPES = 64;

const NO_SHAPE: Shape = { keys: [], kinds: [], shapes: [] };

/**
 * Takes objects apart, on the application's thread: keys are kept once for all objects of a shape, and values by what they
 * are, so that strings travel as one string and numbers as one block. That takes a fifth of the time of JSON.
 * Nobody must have added to the prototype of all objects.
 */
export class CellWriter {
  /** The first stands for everything that has none. */
  readonly shapes: Shape[] = [NO_SHAPE];
  /** Index of each value's shape. */
  readonly sequence: number[] = [];
  readonly #texts: string[] = [];
  readonly #numbers: number[] = [];
  readonly #others: unknown[] = [];
  /** Shape → the one that came after it last: requests make the same calls in the same order. */
  readonly #after: number[] = [0];
  // counted here, because making an array shorter is dear, and a guess may be wrong with every other value
  #textCount = 0;
  #numberCount = 0;
  #otherCount = 0;
  #last = 0;

  get texts(): readonly string[] {
    this.#texts.length = this.#textCount;
    return this.#texts;
  }

  /** Booleans among them, as 0 and 1. */
  get numbers(): readonly number[] {
    this.#numbers.length = this.#numberCount;
    return this.#numbers;
  }

  get others(): readonly unknown[] {
    this.#others.length = this.#otherCount;
    return this.#others;
  }

  number(value: number): void {
    this.#numbers[this.#numberCount++] = value;
  }

  add(value: unknown): void {
    let index = this.#after[this.#last] ?? 0;
    if (index === 0 || !isMembers(value) || !this.#write(value, index)) {
      index = this.#place(value);
      this.#after[this.#last] = index;
    }
    this.sequence.push(index);
    this.#last = index;
  }

  /** Writes the value as the first shape has it that fits, or a new one. */
  #place(value: unknown): number {
    if (isMembers(value)) {
      for (let index = 1; index < this.shapes.length; index++) if (this.#write(value, index)) return index;
      if (this.shapes.length < MAX_SHAPES && this.#write(value, this.shapes.push(shapeOf(value)) - 1)) {
        return this.#after.push(0) - 1;
      }
    }
    this.#others[this.#otherCount++] = value;
    return 0;
  }

  /** False, and nothing is written, where the value has another shape. */
  #write(value: Members, index: number): boolean {
    const [texts, numbers, others] = [this.#textCount, this.#numberCount, this.#otherCount];
    if (this.#members(value, this.shapes[index] ?? NO_SHAPE)) return true;
    this.#textCount = texts;
    this.#numberCount = numbers;
    this.#otherCount = others;
    return false;
  }

  /** What every event pays for: nothing is allocated, and no list of keys made. */
  #members(object: Members, { keys, kinds, shapes }: Shape): boolean {
    let index = 0;
    for (const key in object) {
      if (keys[index] !== key) return false;
      const value = object[key];
      switch (kinds[index]) {
        case KIND.text:
          if (typeof value !== 'string') return false;
          this.#texts[this.#textCount++] = value;
          break;
        case KIND.number:
          if (typeof value !== 'number') return false;
          this.#numbers[this.#numberCount++] = value;
          break;
        case KIND.boolean:
          if (typeof value !== 'boolean') return false;
          this.#numbers[this.#numberCount++] = value ? 1 : 0;
          break;
        case KIND.members:
          if (!isMembers(value) || !this.#members(value, shapes[index] ?? NO_SHAPE)) return false;
          break;
        default:
          if (kindOf(value) !== KIND.other) return false;
          this.#others[this.#otherCount++] = value;
      }
      index++;
    }
    return index === keys.length;
  }
}
