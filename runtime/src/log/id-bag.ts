import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** An id that came more than once. */
export interface Repeated {
  /** 24 hex digits. */
  readonly id: string;
  readonly times: number;
}

const WORDS = 3;
const BUCKETS = 64;

/**
 * Finds which of any number of 12-byte ids came more than once, exactly, with little memory: beyond a limit they go to
 * temporary files, each of which holds a part of all ids and is looked at alone in the end.
 */
export class IdBag {
  readonly #limit: number;
  #ids: Uint32Array = new Uint32Array(WORDS * 4096);
  #count = 0;
  #folder: string | undefined;

  /** @param limit ids held in memory at once */
  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  /** `id`: at least 12 bytes, of which the first 12 count. */
  add(id: Uint8Array): void {
    if (this.#count === this.#limit) this.#spill();
    if (this.#count * WORDS === this.#ids.length) {
      const larger = new Uint32Array(Math.min(2 * this.#ids.length, this.#limit * WORDS));
      larger.set(this.#ids.subarray(0, Math.min(this.#ids.length, larger.length)));
      this.#ids = larger;
    }
    const at = this.#count++ * WORDS;
    for (let word = 0; word < WORDS; word++) {
      const from = 4 * word;
      const low = (id[from] ?? 0) | ((id[from + 1] ?? 0) << 8) | ((id[from + 2] ?? 0) << 16);
      this.#ids[at + word] = low | ((id[from + 3] ?? 0) << 24);
    }
  }

  /** The ids that came more than once. To be read to the end, or `close` called. */
  *repeated(): Generator<Repeated, void> {
    if (this.#folder === undefined) {
      yield* repeatedIn(this.#ids.subarray(0, this.#count * WORDS));
      return;
    }
    this.#spill();
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const bytes = this.#read(bucket);
      yield* repeatedIn(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4));
    }
    this.close();
  }

  /** Removes the temporary files. */
  close(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #spill(): void {
    this.#folder ??= mkdtempSync(path.join(tmpdir(), 'panoptic-ids-'));
    const buckets: number[][] = Array.from({ length: BUCKETS }, () => []);
    for (let at = 0; at < this.#count * WORDS; at += WORDS) buckets[bucketOf(this.#ids, at)]?.push(at);
    for (const [bucket, places] of buckets.entries()) {
      const ids = new Uint32Array(places.length * WORDS);
      for (const [index, at] of places.entries()) ids.set(this.#ids.subarray(at, at + WORDS), index * WORDS);
      appendFileSync(path.join(this.#folder, String(bucket)), Buffer.from(ids.buffer));
    }
    this.#count = 0;
  }

  /** In memory of its own, because a view of 32-bit words must be aligned. */
  #read(bucket: number): Uint8Array {
    return new Uint8Array(readFileSync(path.join(this.#folder ?? '', String(bucket))));
  }
}

/** By a hash table of indexes: 0 is free, else one more than the index of an id. */
function* repeatedIn(ids: Uint32Array): Generator<Repeated, void> {
  const count = ids.length / WORDS;
  const slots = 2 ** Math.ceil(Math.log2(2 * count + 2));
  const table = new Uint32Array(slots);
  const times = new Map<number, number>();
  for (let index = 0; index < count; index++) {
    let slot = hash(ids, index * WORDS) & (slots - 1);
    while (table[slot] !== 0 && !isSame(ids, (table[slot] ?? 0) - 1, index)) slot = (slot + 1) & (slots - 1);
    const first = table[slot] ?? 0;
    if (first === 0) table[slot] = index + 1;
    else times.set(first - 1, (times.get(first - 1) ?? 1) + 1);
  }
  for (const [index, each] of times) yield { id: hex(ids, index * WORDS), times: each };
}

const isSame = (ids: Uint32Array, a: number, b: number): boolean =>
  ids[a * WORDS] === ids[b * WORDS] &&
  ids[a * WORDS + 1] === ids[b * WORDS + 1] &&
  ids[a * WORDS + 2] === ids[b * WORDS + 2];

/** Ids of one batch differ in their last bytes alone. */
function hash(ids: Uint32Array, at: number): number {
  let mixed = 0;
  for (let word = 0; word < WORDS; word++) {
    mixed = Math.imul(mixed ^ (ids[at + word] ?? 0), 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed >>> 0;
}

const bucketOf = (ids: Uint32Array, at: number): number => hash(ids, at) >>> 26;

const hex = (ids: Uint32Array, at: number): string => Buffer.from(ids.slice(at, at + WORDS).buffer).toString('hex');
