import { MongodbFailure } from './failure.ts';

export type Driver = typeof import('mongodb');

const INSTALL = 'npm install mongodb';

/**
 * Loads the application's driver. Rejects with `MongodbFailure` PAN6401, which names the command that helps, where it is
 * missing or older than 6.10: BSON values of one major are refused by another, and `bulkWrite` is not there.
 */
export async function loadDriver(load: () => Promise<Driver>): Promise<Driver> {
  const driver = await load().catch((error: NodeJS.ErrnoException) => {
    const missing = /MODULE_NOT_FOUND$/.test(error.code ?? '') && /'mongodb[^/']*'/.test(error.message);
    if (missing) throw new MongodbFailure('PAN6401', `Sending events to MongoDB needs its driver: ${INSTALL}.`);
    // what esbuild puts into ES modules in place of `require`
    const todo = /^Dynamic require /.test(error.message)
      ? "leave it out of the bundle (external: ['mongodb']), and in node_modules"
      : INSTALL;
    throw new MongodbFailure('PAN6401', `The driver of MongoDB does not load (${error.message}): ${todo}.`);
  });
  const { MongoClient, BSON } = driver;
  if (typeof MongoClient?.prototype.bulkWrite !== 'function' || typeof BSON?.deserialize !== 'function') {
    throw new MongodbFailure(
      'PAN6401',
      `The installed driver of MongoDB is too old, 6.10 is needed: ${INSTALL}@latest.`,
    );
  }
  return driver;
}
