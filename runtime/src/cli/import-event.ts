import { serialize } from 'bson';
import type { Config } from '../config/options.ts';
import { toFrozenEvent } from '../deliver/frozen-event.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { decodeEvent } from '../event/document.ts';
import { fromJson, toJson } from '../event/json.ts';
import { createRouter, type Router } from '../event/router.ts';
import { schemaProblems } from '../event/schema-check.ts';
import type { RawEvent } from './import-files.ts';

/** Turns what a file holds into events, or says why that is impossible. */
export class EventImporter {
  readonly #config: Pick<Config, 'username' | 'maxCollections' | 'routing'>;
  readonly #routers: Map<string, Router> = new Map();

  constructor(config: Pick<Config, 'username' | 'maxCollections' | 'routing'>) {
    this.#config = config;
  }

  /** The event with the `_id` it has; a text says what is wrong with it. */
  read({ line, bson, problem }: RawEvent): FrozenEvent | string {
    if (problem !== undefined) return problem;
    try {
      // a dump says where an event belongs, and its bytes stay what they are
      if (bson) return firstProblem(toJson(decodeEvent(bson.doc))) ?? toFrozenEvent(entryOf(bson));
      const event = JSON.parse(line ?? '') as BillingEvent;
      return firstProblem(event) ?? this.#frozen(event);
    } catch (error) {
      return `it cannot be read: ${(error as Error).message}`;
    }
  }

  #frozen(event: BillingEvent): FrozenEvent {
    const { env, provider, username } = event;
    const { maxCollections, routing } = this.#config;
    let router = this.#routers.get(env);
    if (router === undefined) {
      router = createRouter(env, this.#config.username, maxCollections, routing);
      this.#routers.set(env, router);
    }
    return { id: event._id, ...router.place(provider, username), doc: serialize(fromJson(event)) };
  }
}

function firstProblem(event: BillingEvent): string | undefined {
  const [first, ...more] = schemaProblems(event);
  return first && `it is no billing event: ${first}${more.length > 0 ? `, and ${more.length} more` : ''}`;
}

const entryOf = ({ database, collection, doc }: NonNullable<RawEvent['bson']>): { ns: string; doc: Uint8Array } => ({
  ns: `${database}.${collection}`,
  doc,
});
