import type { Collection, IndexDescription } from 'mongodb';
import { say } from '../../diagnostics/say.ts';

/** What reports ask for. Default of the setting `mongodb.indexes`. */
export const DEFAULT_INDEXES: readonly IndexDescription[] = [
  { key: { ts: -1 } },
  { key: { service: 1 } },
  { key: { env: 1 } },
  { key: { ts: -1, service: 1 } },
  { key: { 'metadata.tenant_id': 1, ts: -1 } },
];

/** Makes the indexes of a collection before the first write of this process to it. */
export class Indexes {
  readonly #indexes: readonly IndexDescription[];
  readonly #made: Map<string, Promise<void>> = new Map();

  constructor(indexes: readonly IndexDescription[]) {
    this.#indexes = indexes;
  }

  /** Never rejects: an index that cannot be made costs time in reports, an event that is not written is lost to them. */
  ensure(collection: Collection): Promise<void> {
    const { namespace } = collection;
    const made = this.#made.get(namespace) ?? this.#make(collection);
    this.#made.set(namespace, made);
    return made;
  }

  async #make(collection: Collection): Promise<void> {
    if (this.#indexes.length === 0) return;
    try {
      await collection.createIndexes([...this.#indexes]);
    } catch (error) {
      const { message, code } = error as Error & { code?: number };
      // Without an answer from the server the next write tries again.
      if (typeof code !== 'number') this.#made.delete(collection.namespace);
      else say('PAN6404', `The indexes of ${collection.namespace} could not be made: ${message}. Events are written.`);
    }
  }
}
