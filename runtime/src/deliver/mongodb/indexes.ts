import type { Collection, IndexDescription } from 'mongodb';
import { say } from '../../diagnostics/say.ts';
import { Lru } from '../../event/lru.ts';
import { inParallel } from './parallel.ts';
import { isHealing, type Verdict } from './refusal.ts';

/** What reports ask for. Default of the setting `mongodb.indexes`. */
export const DEFAULT_INDEXES: readonly IndexDescription[] = [
  { key: { ts: -1 } },
  { key: { service: 1 } },
  { key: { env: 1 } },
  { key: { ts: -1, service: 1 } },
  { key: { 'metadata.tenant_id': 1, ts: -1 } },
];

/** Collections whose indexes are known to be made; one that was forgotten costs one command, which changes nothing. */
const REMEMBERED = 10_000;

/** An empty collection gets its indexes at once; on a large one that was made by others they may take minutes. */
const PATIENCE_MS = 2_000;

const PARALLEL = 4;

const later = setTimeout;
const cancel = clearTimeout;

/** Makes the indexes of a collection before the first write of this process to it. */
export class Indexes {
  readonly #indexes: readonly IndexDescription[];
  readonly #explain: (error: unknown) => string;
  readonly #made: Lru<string, Promise<void>> = new Lru(REMEMBERED);

  /** @param explain an error of the driver for a person, without secrets */
  constructor(indexes: readonly IndexDescription[], explain: (error: unknown) => string) {
    this.#indexes = indexes;
    this.#explain = explain;
  }

  /**
   * Resolves when the indexes are there, or have been asked for and take long. Never rejects: an index that cannot be made
   * costs time in reports, an event that is not written is lost to them.
   */
  async ensure(collections: readonly Collection[]): Promise<void> {
    const missing = collections.filter(({ namespace }) => this.#made.get(namespace) !== DONE);
    if (missing.length === 0 || this.#indexes.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = later(resolve, PATIENCE_MS);
      timer.unref();
    });
    await Promise.race([patience, inParallel(PARALLEL, missing, (collection) => this.#once(collection))]);
    cancel(timer);
  }

  #once(collection: Collection): Promise<void> {
    const { namespace } = collection;
    const running = this.#made.get(namespace);
    if (running) return running;
    const making = this.#make(collection).then((made) => {
      if (made) this.#made.set(namespace, DONE);
      else this.#made.delete(namespace);
    });
    this.#made.set(namespace, making);
    return making;
  }

  /** False where the next write has to try again: nobody has answered. */
  async #make(collection: Collection): Promise<boolean> {
    try {
      await collection.createIndexes([...this.#indexes]);
      return true;
    } catch (error) {
      if (passes(error as Error)) return false;
      if (this.#indexes.length === 1) return this.#refused(collection, error);
    }
    // one that is refused must not cost the others
    for (const index of this.#indexes) {
      try {
        await collection.createIndexes([index]);
      } catch (error) {
        if (passes(error as Error)) return false;
        this.#refused(collection, error);
      }
    }
    return true;
  }

  #refused({ namespace }: Collection, error: unknown): true {
    const reason = this.#explain(error).replace(/\.$/, '');
    const help = 'Give the account the right to create indexes, or set mongodb.indexes.';
    say('PAN6404', `The indexes of ${namespace} could not be made: ${reason}. Events are written. ${help}`);
    return true;
  }
}

const DONE: Promise<void> = Promise.resolve();

/** What an account may not do it will not be able to at the next batch, either. */
const FORBIDDEN: readonly unknown[] = [13, 18, 8000];

const passes = (error: Verdict): boolean => isHealing(error) && !FORBIDDEN.includes(error.code);
