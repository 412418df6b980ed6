import type { IndexDescription } from 'mongodb';
import { maskUri } from '../../config/mask-uri.ts';
import { say } from '../../diagnostics/say.ts';
import type { Acknowledgement, FrozenEvent, Transport } from '../transport.ts';
import { type Driver, MongoConnection } from './client.ts';
import { DEFAULT_INDEXES, Indexes } from './indexes.ts';
import { insertEvents, type Numbered } from './insert.ts';
import { withoutSecrets } from './secrets.ts';

export interface MongodbTransportOptions {
  /** Connection string. Its credentials never reach a file, a line or an error. */
  readonly uri: string;
  /** Made once for each collection, on the first write. Default: see `DEFAULT_INDEXES`. */
  readonly indexes?: readonly IndexDescription[];
  /** Loads the driver. Default: `import('mongodb')`. */
  readonly driver?: () => Promise<Driver>;
}

/** Inserts events, each into its own database and collection, acknowledged by the majority. */
export class MongodbTransport implements Transport {
  readonly version = 1;
  readonly name: string = 'mongodb';
  readonly destination: string;
  readonly #connection: MongoConnection;
  readonly #indexes: Indexes;
  readonly #refusals: Map<string, number> = new Map();

  constructor({ uri, indexes = DEFAULT_INDEXES, driver }: MongodbTransportOptions) {
    this.destination = maskUri(uri);
    this.#connection = new MongoConnection(uri, driver);
    this.#indexes = new Indexes(indexes);
  }

  async send(events: readonly FrozenEvent[]): Promise<Acknowledgement> {
    const { client, driver } = await this.#connection.use();
    const groups = Array.from(byNamespace(events).values(), async (group) => {
      const { database = '', collection = '' } = group[0] ?? {};
      const target = client.db(database).collection(collection);
      await this.#indexes.ensure(target);
      return insertEvents({ collection: target, driver, refusals: this.#refusals }, group);
    });
    const refused = [];
    for (const result of await Promise.allSettled(groups)) {
      if (result.status === 'rejected') throw result.reason;
      refused.push(...result.value);
    }
    for (const { index } of refused) this.#refusals.delete(events[index]?.id ?? '');
    return { refused };
  }

  close(): Promise<void> {
    return this.#connection.release();
  }

  /** Says why an attempt failed. */
  sayFailure(error: unknown, consequence: string): void {
    const { message, name, code } = error as NodeJS.ErrnoException;
    if (/MODULE_NOT_FOUND$/.test(code ?? '')) {
      say('PAN6401', 'Sending events to MongoDB needs its driver: npm install mongodb. Until then they are kept.');
      return;
    }
    const { destination } = this;
    const text = `${destination} does not take events: ${withoutSecrets(message, this.#connection.uri)}. ${consequence}`;
    say('PAN6402', text, `${destination} ${code ?? name}`);
  }
}

function byNamespace(events: readonly FrozenEvent[]): Map<string, Numbered[]> {
  const groups = new Map<string, Numbered[]>();
  for (const [index, event] of events.entries()) {
    const ns = `${event.database}.${event.collection}`;
    const group = groups.get(ns);
    if (group) group.push({ ...event, index });
    else groups.set(ns, [{ ...event, index }]);
  }
  return groups;
}
