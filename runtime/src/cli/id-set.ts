const WORDS = 3;
const ID = /^[\da-f]{24}$/;

/**
 * Ids that have been seen, exactly and in 24 to 48 bytes each: ten million fit where a `Set` of strings would need a gigabyte.
 */
export class IdSet {
  #slots: Uint32Array;
  #mask: number;
  #size = 0;
  /** What is no ObjectId, and the one id that looks like an empty slot. */
  readonly #others: Set<string> = new Set();

  constructor(capacity = 1024) {
    const slots = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.#slots = new Uint32Array(slots * WORDS);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size + this.#others.size;
  }

  /** False when the id was there already. */
  add(id: string): boolean {
    if (!ID.test(id) || /^0+$/.test(id)) return this.#others.size < this.#others.add(id).size;
    if (this.#size * 2 > this.#mask) this.#grow();
    const a = Number.parseInt(id.slice(0, 8), 16);
    const b = Number.parseInt(id.slice(8, 16), 16);
    const c = Number.parseInt(id.slice(16), 16);
    return this.#put(a, b, c);
  }

  #put(a: number, b: number, c: number): boolean {
    const slots = this.#slots;
    let slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)) >>> 0;
    for (slot = (slot ^ (slot >>> 15)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * WORDS;
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c) return false;
      if (slots[at] === 0 && slots[at + 1] === 0 && slots[at + 2] === 0) {
        slots[at] = a;
        slots[at + 1] = b;
        slots[at + 2] = c;
        this.#size++;
        return true;
      }
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Uint32Array((this.#mask + 1) * WORDS);
    this.#size = 0;
    for (let at = 0; at < old.length; at += WORDS) {
      const [a = 0, b = 0, c = 0] = old.subarray(at, at + WORDS);
      if (a !== 0 || b !== 0 || c !== 0) this.#put(a, b, c);
    }
  }
}
