import { serialize } from 'bson';
import { userAndTrace } from '../metadata.ts';
import { isRecord, toPlain } from '../plain.ts';
import { BsonWriter } from './bson-writer.ts';
import { writeMembers } from './plain-members.ts';

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
export function encodeContext(data: Context): ContextBytes | undefined {
  if (MEASURED.some((key) => Object.hasOwn(data, key))) return undefined;
  const to = new BsonWriter(1);
  to.begin();
  if (!isRecord(data) || !writeMembers(to, data, 0, false)) return undefined;
  const { user_id, trace_id, span_id } = data;
  const plain = toPlain({ user_id, trace_id, span_id }, () => undefined);
  const { user, trace } = userAndTrace(isRecord(plain) ? plain : {});
  return { members: to.end().slice(4, -1), user: elements({ user }), trace: elements({ trace }), data };
}

/** The elements of a document without its frame. */
export const elements = (document: Readonly<Record<string, unknown>>): Uint8Array => serialize(document).slice(4, -1);
