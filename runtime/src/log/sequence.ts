/** Follows the numbers of records in the order of writing. */
export class Sequence {
  #next: number | undefined;

  /** @param next what the first record has to be. Default: any. */
  constructor(next?: number) {
    this.#next = next;
  }

  /** How many are missing before this one. After a sync that failed, records may be there twice: a smaller number is no gap. */
  missingBefore(seq: number): number {
    const missing = this.#next === undefined ? 0 : seq - this.#next;
    this.#next = seq + 1;
    return Math.max(0, missing);
  }

  /** What comes next may be any record. */
  lose(): void {
    this.#next = undefined;
  }
}
