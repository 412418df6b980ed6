import { databaseName } from '../event/route.ts';

/**
 * Makes a check that an event lies in the database of its `env`: in another one no report looks for it. Gives what is wrong;
 * undefined for an event in its place, and for one whose `env` is none, which is wrong in other ways.
 */
export function misplacedCheck(): (database: string, env: unknown) => string | undefined {
  const databases = new Map<string, string>();
  return (database, env) => {
    if (typeof env !== 'string' || env === '') return undefined;
    const expected = databases.get(env) ?? databaseName(env);
    databases.set(env, expected);
    return expected === database ? undefined : `its env "${env}" belongs to the database ${expected}`;
  };
}
