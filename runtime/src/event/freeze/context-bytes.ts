import { serialize } from 'bson';
import { userAndTrace } from '../metadata.ts';
import { isRecord } from '../plain.ts';
import type { BsonWriter } from './bson-writer.ts';
import { writeMembers, writePlain } from './plain-members.ts';

/** Execution metadata as it stands in events: encoded once, copied into each of them. */
export interface ContextBytes {
  /** The elements inside of `metadata`. */
  readonly members: Uint8Array;
  /** The elements `user` and `trace` that come from it, each empty where it gives none. */
  readonly user: Uint8Array;
  readonly trace: Uint8Array;
  readonly data: Readonly<Record<string, unknown>>;
}

type Context = Readonly<Record<string, unknown>>;

const NONE = new Uint8Array();

export const NO_CONTEXT: ContextBytes = { members: NONE, user: NONE, trace: NONE, data: {} };

/** Fields of `metadata` that the runtime writes. A context that has them too is merged in the long way. */
export const MEASURED: readonly string[] = ['function_name', 'duration_ms', 'args_types', 'timing'];

/** Undefined where the context holds something that events leave out or override. */
export function encodeContext(data: Context, to: BsonWriter): ContextBytes | undefined {
  if (!isRecord(data) || MEASURED.some((key) => Object.hasOwn(data, key))) return undefined;
  const members = written(to, () => writeMembers(to, data, 0, false));
  if (members === undefined) return undefined;
  // a date or a big number becomes a text in `metadata`, and only there
  if ([data.user_id, data.trace_id, data.span_id].some(becomesText)) return undefined;
  const { user, trace } = userAndTrace(data);
  return {
    members,
    user: user === undefined ? NONE : (written(to, () => writePlain(to, 'user', user, 0, false)) ?? NONE),
    trace: trace === undefined ? NONE : (written(to, () => writePlain(to, 'trace', trace, 0, false)) ?? NONE),
    data,
  };
}

const becomesText = (value: unknown): boolean => typeof value === 'bigint' || value instanceof Date;

/** What is written, in memory that outlives the writer's. */
function written(to: BsonWriter, write: () => boolean): Uint8Array | undefined {
  to.begin();
  const bytes = write() ? Buffer.from(to.soFar().subarray(4)) : undefined;
  to.abandon();
  return bytes;
}

/** The elements of a document without its frame. */
export const elements = (document: Readonly<Record<string, unknown>>): Uint8Array => serialize(document).slice(4, -1);
