import type { MongoClient, MongoClientOptions } from 'mongodb';
import { say } from '../../diagnostics/say.ts';
import { COMPRESSION_ADVICE, compressionOf } from './compressors.ts';
import { type Driver, loadDriver } from './driver.ts';

export type { Driver } from './driver.ts';

/** MongoDB 8.0, the first with one command for inserts into many collections. */
const BULK_WRITE_WIRE_VERSION = 25;

export interface Connected {
  readonly client: MongoClient;
  readonly driver: Driver;
  /** The servers known now take `bulkWrite`. */
  takesBulkWrite(): boolean;
}

export interface ConnectionOptions {
  readonly uri: string;
  /** Compress what is sent, as far as both sides can. What the URI names is used either way. Default false. */
  readonly compressionEnabled?: boolean;
  /** Loads the driver. Default: `import('mongodb')`. */
  readonly driver?: () => Promise<Driver>;
}

const CLOSE_MS = 1_000;

const later = setTimeout;
const cancel = clearTimeout;

/** A client that exists while there is something to send. */
export class MongoConnection {
  readonly uri: string;
  readonly #compress: boolean;
  readonly #load: () => Promise<Driver>;
  readonly #unusable: Set<string> = new Set();
  #open: Promise<Connected> | undefined;
  #abandon: (() => void) | undefined;

  constructor({ uri, compressionEnabled = false, driver = () => import('mongodb') }: ConnectionOptions) {
    this.uri = uri;
    this.#compress = compressionEnabled;
    this.#load = driver;
  }

  /** The connected client. Rejects with the driver's error; the next call tries anew. */
  use(): Promise<Connected> {
    if (this.#open) return this.#open;
    const opening = this.#connect();
    this.#open = opening;
    opening.catch(() => {
      if (this.#open === opening) this.#open = undefined;
    });
    return opening;
  }

  /** Somebody waits for the first answer of a server. */
  get isConnecting(): boolean {
    return this.#abandon !== undefined;
  }

  /**
   * Closes the client, whatever it is doing: its sockets would keep the process alive. Never rejects, and does not wait
   * long: with compression on and the server gone, the driver's own `close` never settles.
   */
  async release(): Promise<void> {
    const opening = this.#open;
    this.#open = undefined;
    this.#abandon?.();
    const closing = opening?.then(({ client }) => client.close()).catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = later(resolve, CLOSE_MS);
      timer.unref();
    });
    await Promise.race([closing, patience]);
    cancel(timer);
  }

  /** Goes on without a compression that turned out not to work. */
  async without(compressor: string): Promise<void> {
    this.#unusable.add(compressor);
    await this.release();
  }

  async #connect(): Promise<Connected> {
    const driver = await loadDriver(this.#load);
    const client = this.#create(driver);
    let abandoned = false;
    let reason: Error | undefined;
    let wireVersion = 0;
    const abandon = (): void => {
      abandoned = true;
      void client.close().catch(() => undefined);
    };
    this.#abandon = abandon;
    client.on('topologyDescriptionChanged', ({ newDescription }) => {
      const known = [...newDescription.servers.values()];
      reason = known.find(({ error }) => error)?.error ?? reason;
      const versions = known.map(({ maxWireVersion }) => maxWireVersion).filter((version) => version > 0);
      if (versions.length > 0) wireVersion = Math.min(...versions);
    });
    // Without a listener an `error` event would end the application.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return { client, driver, takesBulkWrite: () => wireVersion >= BULK_WRITE_WIRE_VERSION };
    } catch (error) {
      // Who gives up early is told why there was no connection, and not that it was given up.
      const cause = abandoned ? (reason ?? noAnswer()) : error;
      abandon();
      throw cause;
    } finally {
      if (this.#abandon === abandon) this.#abandon = undefined;
    }
  }

  #create({ MongoClient }: Driver): MongoClient {
    const { uri, options, problem } = compressionOf(this.uri, this.#compress, [...this.#unusable]);
    if (problem) say('PAN6414', `${problem} ${COMPRESSION_ADVICE}`);
    try {
      return new MongoClient(uri, { ...clientOptions(uri), ...options });
    } catch (error) {
      throw Object.assign(new Error((error as Error).message), { name: 'ConnectionStringError' });
    }
  }
}

/** An error that says that nothing was heard. */
export const noAnswer = (): Error =>
  Object.assign(new Error('it did not answer in time'), { name: 'MongoNoAnswerError' });

/**
 * The driver's defaults wait without end or for half a minute, and open a hundred sockets. What the URI names stays.
 * `retryWrites` stays on: where there is a replica set, an election costs no failed attempt.
 */
export function clientOptions(uri: string): MongoClientOptions {
  const options: MongoClientOptions = {
    appName: 'panoptic',
    maxPoolSize: 8,
    serverSelectionTimeoutMS: 5_000,
    connectTimeoutMS: 5_000,
    waitQueueTimeoutMS: 10_000,
    socketTimeoutMS: 30_000,
    // one socket less for each server, and after an error the state is asked for at once, not awaited for up to 10 s
    serverMonitoringMode: 'poll',
  };
  const query = uri.slice(uri.indexOf('?') + 1).toLowerCase();
  const named = new Set(query.split('&').map((pair) => pair.split('=')[0]));
  return Object.fromEntries(Object.entries(options).filter(([name]) => !named.has(name.toLowerCase())));
}
