import type { MongoClient } from 'mongodb';
import type { Refusal } from '../transport.ts';
import { byCollection, type Prepared } from './documents.ts';
import { inParallel } from './parallel.ts';
import { isAlreadyThere, isPermanent, type Verdict } from './refusal.ts';
import { bulkWrite, insertMany, type Write, type WriteAnswer } from './write.ts';

/** Commands at once. Up to so many collections `insertMany` is one round trip, and servers write its documents together. */
const PARALLEL = 4;

export interface InsertTarget {
  readonly client: MongoClient;
  /** The servers take one command for many collections. */
  readonly takesBulkWrite: boolean;
}

export interface Inserted {
  readonly refused: readonly Refusal[];
  /** Events an earlier attempt had written. */
  readonly alreadyThere: number;
}

/**
 * Inserts events. Resolves when each is there, was there before, or can never be there. Rejects when something has to be
 * sent again: an event may also be refused for what is wrong with the server, and only whoever sees other batches arrive can
 * tell. Up to four collections: `insertMany` for each, at once; more: one `bulkWrite` where the servers take it.
 */
export async function insertEvents(target: InsertTarget, events: readonly Prepared[]): Promise<Inserted> {
  const groups = byCollection(events);
  if (groups.length > PARALLEL && target.takesBulkWrite) return insertWith(bulkWrite, target, groups.flat());
  return sum(await inParallel(PARALLEL, groups, (group) => insertWith(insertMany, target, group)));
}

async function insertWith(write: Write, target: InsertTarget, events: readonly Prepared[]): Promise<Inserted> {
  try {
    return read(await write(target.client, events), events);
  } catch (error) {
    if (!isPermanent(error as Verdict)) throw error;
    const [only] = events;
    if (events.length === 1 && only) {
      return { refused: [{ index: only.index, reason: (error as Error).message }], alreadyThere: 0 };
    }
    // Nothing says which document it is: halve until it stands alone.
    const middle = events.length >> 1;
    const halves = [events.slice(0, middle), events.slice(middle)];
    return sum(await inParallel(1, halves, (half) => insertEvents(target, half)));
  }
}

/** What the server said of single events. */
function read(answers: readonly WriteAnswer[], events: readonly Prepared[]): Inserted {
  const refused: Refusal[] = [];
  let alreadyThere = 0;
  let again: WriteAnswer | undefined;
  for (const answer of answers) {
    const event = events[answer.index];
    if (event === undefined) continue;
    if (isAlreadyThere(answer, `${event.database}.${event.collection}`)) {
      alreadyThere++;
    } else if (isPermanent(answer)) refused.push({ index: event.index, reason: textOf(answer) });
    else again = answer;
  }
  if (again) throw Object.assign(new Error(textOf(again)), { name: 'WriteRefusedError', code: again.code });
  return { refused, alreadyThere };
}

const textOf = ({ message, code }: WriteAnswer): string => message || `code ${code}`;

const sum = (parts: readonly Inserted[]): Inserted => ({
  refused: parts.flatMap(({ refused }) => refused),
  alreadyThere: parts.reduce((all, part) => all + part.alreadyThere, 0),
});
