import type { MongoClient } from 'mongodb';
import type { Lru } from '../../event/lru.ts';
import type { Refusal } from '../transport.ts';
import { byCollection, type Prepared } from './documents.ts';
import { inParallel } from './parallel.ts';
import { isAlreadyThere, isHealing, isPermanent, type Verdict } from './refusal.ts';
import { bulkWrite, insertMany, type Write, type WriteAnswer } from './write.ts';

/** A refusal for an unknown reason is believed after so many attempts, so that one document cannot hold up all others. */
const MAX_REFUSALS = 5;

/** Commands at once. Up to so many collections `insertMany` is one round trip, and servers write its documents together. */
const PARALLEL = 4;

export interface InsertTarget {
  readonly client: MongoClient;
  /** The servers take one command for many collections. */
  readonly takesBulkWrite: boolean;
  /** Refusals of each event so far, by id. */
  readonly refusals: Lru<string, number>;
}

export interface Inserted {
  readonly refused: readonly Refusal[];
  /** Events an earlier attempt had written. */
  readonly alreadyThere: number;
}

/**
 * Inserts events. Resolves when each is there, was there before, or can never be there. Rejects when something has to be
 * sent again. Up to four collections: `insertMany` for each, at once; more: one `bulkWrite` where the servers take it.
 */
export async function insertEvents(target: InsertTarget, events: readonly Prepared[]): Promise<Inserted> {
  const groups = byCollection(events);
  if (groups.length > PARALLEL && target.takesBulkWrite) return insertWith(bulkWrite, target, groups.flat());
  return sum(await inParallel(PARALLEL, groups, (group) => insertWith(insertMany, target, group)));
}

async function insertWith(write: Write, target: InsertTarget, events: readonly Prepared[]): Promise<Inserted> {
  try {
    return read(await write(target.client, events), target, events);
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
function read(answers: readonly WriteAnswer[], { refusals }: InsertTarget, events: readonly Prepared[]): Inserted {
  const refused: Refusal[] = [];
  let alreadyThere = 0;
  let again: WriteAnswer | undefined;
  for (const answer of answers) {
    const event = events[answer.index];
    if (event === undefined) continue;
    if (isAlreadyThere(answer, `${event.database}.${event.collection}`)) {
      alreadyThere++;
      continue;
    }
    const count = (refusals.get(event.id) ?? 0) + (isHealing(answer) ? 0 : 1);
    if (isPermanent(answer) || count >= MAX_REFUSALS) {
      refused.push({ index: event.index, reason: answer.message || `code ${answer.code}` });
    } else {
      if (count > 0) refusals.set(event.id, count);
      again = answer;
    }
  }
  if (again) throw Object.assign(new Error(again.message), { name: 'WriteRefusedError', code: again.code });
  return { refused, alreadyThere };
}

const sum = (parts: readonly Inserted[]): Inserted => ({
  refused: parts.flatMap(({ refused }) => refused),
  alreadyThere: parts.reduce((all, part) => all + part.alreadyThere, 0),
});
