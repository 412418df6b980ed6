import type { IndexDescription } from 'mongodb';
import { maskUri } from '../../config/mask-uri.ts';
import { say } from '../../diagnostics/say.ts';
import type { Acknowledgement, FrozenEvent, Transport } from '../transport.ts';
import { type ConnectionOptions, MongoConnection, noAnswer } from './client.ts';
import { byCollection, prepare } from './documents.ts';
import { toFailure } from './failure.ts';
import { DEFAULT_INDEXES, Indexes } from './indexes.ts';
import { insertEvents } from './insert.ts';
import { withoutSecrets } from './secrets.ts';

export interface MongodbTransportOptions extends ConnectionOptions {
  /** Made once for each collection, on the first write. Default: see `DEFAULT_INDEXES`. */
  readonly indexes?: readonly IndexDescription[];
}

/**
 * Inserts events, each into its own database and collection, acknowledged by the majority. `send` rejects with a
 * `MongodbFailure`: code PAN64xx, what happened and what to do, without secrets.
 */
export class MongodbTransport implements Transport {
  readonly version = 1;
  readonly name: string = 'mongodb';
  /** As many as the preset allows. */
  readonly concurrency: number = Number.POSITIVE_INFINITY;
  readonly destination: string;
  readonly #connection: MongoConnection;
  readonly #indexes: Indexes;

  constructor({ indexes = DEFAULT_INDEXES, ...connection }: MongodbTransportOptions) {
    const { uri } = connection;
    this.destination = maskUri(uri);
    this.#connection = new MongoConnection(connection);
    this.#indexes = new Indexes(indexes, (error) => withoutSecrets((error as Error).message, uri));
  }

  async send(events: readonly FrozenEvent[], signal?: AbortSignal): Promise<Acknowledgement> {
    if (events.length === 0) return {};
    const sending = this.#send(events);
    try {
      return await (signal ? this.#until(signal, sending) : sending);
    } catch (error) {
      const { dependencyName } = error as { dependencyName?: string };
      if (dependencyName) await this.#connection.without(dependencyName);
      throw toFailure(error, this.#connection.uri);
    }
  }

  close(): Promise<void> {
    return this.#connection.release();
  }

  /** Says why an attempt failed. */
  sayFailure(error: unknown, consequence: string): void {
    const { code, message } = toFailure(error, this.#connection.uri);
    say(code, `${message} ${consequence}`, `${this.destination} ${code}`);
  }

  async #send(events: readonly FrozenEvent[]): Promise<Acknowledgement> {
    const { client, driver, takesBulkWrite } = await this.#connection.use();
    const { prepared, refused } = prepare(driver, events);
    const collections = byCollection(prepared).map(([{ database, collection } = NOWHERE]) =>
      client.db(database).collection(collection),
    );
    await this.#indexes.ensure(collections);
    const inserted = await insertEvents({ client, takesBulkWrite: takesBulkWrite() }, prepared);
    const all = [...refused, ...inserted.refused];
    const { uri } = this.#connection;
    return {
      refused: all.map(({ index, reason }) => ({ index, reason: withoutSecrets(reason, uri) })),
      alreadyThere: inserted.alreadyThere,
    };
  }

  /** A server that does not answer in time keeps its socket: the client is given up, and the next attempt makes its own. */
  async #until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      stop = () => {
        // while connecting the driver knows why it takes so long, and `work` rejects with that
        if (!this.#connection.isConnecting) reject(noAnswer());
        void this.#connection.release();
      };
    });
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    work.catch(() => undefined);
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}

const NOWHERE = { database: '', collection: '' };
