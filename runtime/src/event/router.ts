import { say } from '../diagnostics/say.ts';
import { collectionName, databaseName, providerCollectionName } from './route.ts';

export interface Place {
  readonly database: string;
  readonly collection: string;
}

/** Where events of one stage and account go; remembers what it has worked out. */
export interface Router {
  place(provider: string): Place;
}

/**
 * @param maxCollections pairs of provider and account that get a collection of their own; later ones share a collection a
 * provider, and one line says so
 */
export function createRouter(env: string, username: string, maxCollections: number): Router {
  const database = databaseName(env);
  const places = new Map<string, Place>();
  return {
    place(provider) {
      let place = places.get(provider);
      if (place === undefined) {
        place = { database, collection: choose(provider, places.size < maxCollections) };
        places.set(provider, place);
      }
      return place;
    },
  };

  function choose(provider: string, own: boolean): string {
    if (own) return collectionName(database, provider, username);
    say(
      'PAN5102',
      `More than ${maxCollections} pairs of provider and username: further ones go to one collection a provider. ` +
        'Raise maxCollections if your MongoDB cluster can hold more.',
    );
    return providerCollectionName(database, provider);
  }
}
