const FIRST_PAUSE_MS = 50;

/** Workers that die without having done anything, one after the other, before there is no further one. */
const MAX_FRUITLESS = 5;

/** When a worker that died is replaced. */
export class Restarts {
  count = 0;
  #fruitless = 0;

  /** A batch is done: dying is not all the workers do. */
  progressed(): void {
    this.#fruitless = 0;
  }

  /** Pause before the next one, ms; undefined when there should be none. */
  died(): number | undefined {
    const fruitless = this.#fruitless++;
    if (this.#fruitless > MAX_FRUITLESS) return undefined;
    this.count++;
    return fruitless === 0 ? 0 : FIRST_PAUSE_MS * 2 ** (fruitless - 1);
  }
}
