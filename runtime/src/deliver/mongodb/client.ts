import type { MongoClient, MongoClientOptions } from 'mongodb';

export type Driver = typeof import('mongodb');

/** A client that exists while there is something to send. */
export class MongoConnection {
  readonly uri: string;
  readonly #load: () => Promise<Driver>;
  #open: Promise<{ client: MongoClient; driver: Driver }> | undefined;

  constructor(uri: string, load: () => Promise<Driver> = () => import('mongodb')) {
    this.uri = uri;
    this.#load = load;
  }

  /** The connected client. Rejects with the driver's error; the next call tries anew. */
  use(): Promise<{ client: MongoClient; driver: Driver }> {
    if (this.#open) return this.#open;
    const opening = this.#connect();
    this.#open = opening;
    opening.catch(() => {
      if (this.#open === opening) this.#open = undefined;
    });
    return opening;
  }

  /** Closes the client, whatever it is doing: its sockets would keep the process alive. Never rejects. */
  async release(): Promise<void> {
    const opening = this.#open;
    this.#open = undefined;
    this.#abandon?.();
    await opening?.then(({ client }) => client.close()).catch(() => undefined);
  }

  #abandon: (() => void) | undefined;

  async #connect(): Promise<{ client: MongoClient; driver: Driver }> {
    const driver = await this.#load();
    const client = new driver.MongoClient(this.uri, clientOptions(this.uri));
    let abandoned = false;
    let reason: Error | undefined;
    const abandon = (): void => {
      abandoned = true;
      void client.close().catch(() => undefined);
    };
    this.#abandon = abandon;
    client.on('serverDescriptionChanged', ({ newDescription }) => {
      reason = newDescription.error ?? reason;
    });
    // Without a listener an `error` event would end the application.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return { client, driver };
    } catch (error) {
      // Who gives up early is told why there was no connection, and not that it was given up.
      const cause = abandoned ? (reason ?? new Error('it did not answer in time')) : error;
      abandon();
      throw cause;
    } finally {
      if (this.#abandon === abandon) this.#abandon = undefined;
    }
  }
}

/** The driver's defaults wait without end or for half a minute, and open a hundred sockets. What the URI names stays. */
export function clientOptions(uri: string): MongoClientOptions {
  const options: MongoClientOptions = {
    appName: 'panoptic',
    maxPoolSize: 4,
    serverSelectionTimeoutMS: 5_000,
    connectTimeoutMS: 5_000,
    waitQueueTimeoutMS: 10_000,
    socketTimeoutMS: 30_000,
  };
  const query = uri.slice(uri.indexOf('?') + 1).toLowerCase();
  const named = new Set(query.split('&').map((pair) => pair.split('=')[0]));
  return Object.fromEntries(Object.entries(options).filter(([name]) => !named.has(name.toLowerCase())));
}
