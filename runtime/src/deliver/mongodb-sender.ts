import type { IndexDescription } from 'mongodb';
import { say } from '../diagnostics/say.ts';
import { keepDeadLetter } from '../log/dead-letter.ts';
import type { Entry } from '../log/record.ts';
import type { MongoConnection } from './mongodb-client.ts';
import { Indexes } from './mongodb-indexes.ts';
import { insertEvents } from './mongodb-insert.ts';
import { withoutSecrets } from './mongodb-secrets.ts';

export interface MongoSenderOptions {
  readonly connection: MongoConnection;
  readonly indexes: readonly IndexDescription[];
  /** Where dead letters are kept. Absent: they are lost, and that is said. */
  readonly dir: string | undefined;
  /** For messages: without credentials. */
  readonly destination: string;
}

/** Sends batches of events, each to its own collection. */
export class MongoSender {
  readonly #options: MongoSenderOptions;
  readonly #indexes: Indexes;
  readonly #refusals: Map<string, number> = new Map();
  /** A batch of which a part has to be sent again brings its dead letters once more. */
  readonly #buried: WeakSet<Entry> = new WeakSet();
  deadLettered = 0;
  /** Never acceptable, and there was no folder to keep them in. */
  lost = 0;

  constructor(options: MongoSenderOptions) {
    this.#options = options;
    this.#indexes = new Indexes(options.indexes);
  }

  /** Resolves when every event is inserted, was there already, or is a dead letter on disk. */
  async send(entries: readonly Entry[]): Promise<void> {
    const { client, driver } = await this.#options.connection.use();
    const bury = (entry: Entry, reason: string): void => this.#bury(entry, reason);
    const groups = Array.from(byNamespace(entries), async ([ns, group]) => {
      const dot = ns.indexOf('.');
      const collection = client.db(ns.slice(0, dot)).collection(ns.slice(dot + 1));
      await this.#indexes.ensure(collection);
      await insertEvents({ collection, driver, refusals: this.#refusals, bury }, group);
    });
    const results = await Promise.allSettled(groups);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  sayFailure(error: unknown): void {
    const { connection, destination, dir } = this.#options;
    const { message, name, code } = error as NodeJS.ErrnoException;
    if (/MODULE_NOT_FOUND$/.test(code ?? '')) {
      say('PAN6401', 'Sending events to MongoDB needs its driver: npm install mongodb. Until then they are kept.');
      return;
    }
    const consequence = `They wait in ${dir ?? 'memory'} and are sent again.`;
    const text = `${destination} does not take events: ${withoutSecrets(message, connection.uri)}. ${consequence}`;
    say('PAN6402', text, `${destination} ${code ?? name}`);
  }

  #bury(entry: Entry, reason: string): void {
    if (this.#buried.has(entry)) return;
    const { dir } = this.#options;
    if (dir === undefined) this.lost++;
    else {
      keepDeadLetter(dir, entry, reason);
      this.deadLettered++;
    }
    this.#buried.add(entry);
    const fate = dir === undefined ? 'and is lost, because there is no folder' : `and is kept in ${dir}/dead-letter`;
    say(
      'PAN6403',
      `MongoDB will never take an event of ${entry.ns}: it is set aside with its reason ${fate}.`,
      entry.ns,
    );
  }
}

function byNamespace(entries: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.ns);
    if (group) group.push(entry);
    else groups.set(entry.ns, [entry]);
  }
  return groups;
}
