import type { WorkerCounts } from './protocol.ts';

const INTERVAL_MS = 1000;

const later = setTimeout;

/** Tells what the worker has counted, once a second while something changes, so that `stats()` need not wait for it. */
export class CountsTeller {
  readonly #counts: () => WorkerCounts;
  readonly #tell: (counts: WorkerCounts) => void;
  #told = '';
  #running = false;

  constructor(counts: () => WorkerCounts, tell: (counts: WorkerCounts) => void) {
    this.#counts = counts;
    this.#tell = tell;
  }

  /** Something has been taken over. */
  wake(): void {
    if (this.#running) return;
    this.#running = true;
    later(() => this.#look(), INTERVAL_MS).unref();
  }

  #look(): void {
    this.#running = false;
    const counts = this.#counts();
    const text = JSON.stringify(counts);
    if (text !== this.#told) this.#tell(counts);
    this.#told = text;
    if ((counts.transport?.pending ?? 0) > 0) this.wake();
  }
}
