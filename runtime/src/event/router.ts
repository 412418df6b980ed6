import type { Routing } from '../config/options.ts';
import { say } from '../diagnostics/say.ts';
import { Lru } from './lru.ts';
import { collectionName, databaseName, providerCollectionName, SINGLE_COLLECTION } from './route.ts';

export interface Place {
  readonly database: string;
  readonly collection: string;
}

/** Where events of one stage go; remembers what it has worked out. */
export interface Router {
  /** @param username default: the account of the process */
  place(provider: string, username?: string): Place;
}

/** Places of collections that many accounts share, which cost a hash at most to work out anew. */
const REMEMBERED = 1_000;

/**
 * @param maxCollections pairs of provider and account that get a collection of their own; later ones share a collection a
 * provider, and one line says so
 */
export function createRouter(
  env: string,
  account: string,
  maxCollections: number,
  routing: Routing = 'provider',
): Router {
  const database = databaseName(env);
  if (routing === 'single') {
    const everything: Place = { database, collection: SINGLE_COLLECTION };
    return { place: () => everything };
  }
  const own = new Map<string, Place>();
  const shared = new Lru<string, Place>(REMEMBERED);
  return {
    place(provider, username = account) {
      const pair = username === account ? provider : `${provider}\0${username}`;
      return own.get(pair) ?? (own.size < maxCollections ? newPlace(pair, provider, username) : sharedPlace(provider));
    },
  };

  function newPlace(pair: string, provider: string, username: string): Place {
    const place = { database, collection: collectionName(database, provider, username) };
    own.set(pair, place);
    return place;
  }

  function sharedPlace(provider: string): Place {
    let place = shared.get(provider);
    if (place === undefined) {
      say(
        'PAN5102',
        `More than ${maxCollections} pairs of provider and username: further ones go to one collection a provider. ` +
          "Raise maxCollections if your MongoDB cluster can hold more, or set routing: 'single'.",
      );
      place = { database, collection: providerCollectionName(database, provider) };
      shared.set(provider, place);
    }
    return place;
  }
}
