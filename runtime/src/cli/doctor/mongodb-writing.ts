import type { Db } from 'mongodb';
import { type Check, ok, problem } from './check.ts';

const COLLECTION = 'panoptic_doctor';

/** What a server says of such a document: BadValue or InvalidIdField. */
const REFUSED: ReadonlySet<unknown> = new Set([2, 53]);

/** What a server says to who may not write. */
const UNAUTHORISED: ReadonlySet<unknown> = new Set([13, 8000]);

/**
 * Whether this account may insert events. The document is one that no server takes, because an `_id` is never a list: who
 * may not write hears of that first, and everybody else leaves nothing behind. Rejects with the driver's error.
 */
export async function checkWriting(db: Db): Promise<Check> {
  try {
    await db.collection<{ _id: unknown }>(COLLECTION).insertOne({ _id: ['nothing'] });
    // a server that does take it
    await db.collection(COLLECTION).drop();
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    if (UNAUTHORISED.has(code)) {
      const advice = `Give it the role readWrite on ${db.databaseName}.`;
      const command = `db.getSiblingDB('admin').grantRolesToUser('<user>', [{ role: 'readWrite', db: '${db.databaseName}' }])`;
      return problem('mongodb', 'PAN6132', `This account may not write to ${db.databaseName}: ${message}.`, {
        advice,
        command,
      });
    }
    // a secondary, a server without room, a network that ended: the caller knows what to say
    if (!REFUSED.has(code)) throw error;
  }
  return ok('mongodb', `This account may write to ${db.databaseName}.`);
}
