import { type Parsers, readOptions } from '../config/read-options.ts';
import { callback, flag, integer, type Parse, Refused, text } from '../config/values.ts';
import type { ExecutionMetadata } from '../context/metadata.types.ts';
import type { BillingEvent } from '../event/billing-event.ts';

/** Who sends a request, as far as the connection tells. */
export interface Caller {
  /** It has shown the `token`. */
  readonly trusted: boolean;
  /** Of the other end of the connection, from the Node handler; behind a proxy that is the proxy. */
  readonly address: string | undefined;
}

/** What a hook is told of the events of a request. */
export interface Arrival extends Caller {
  /** What `identify` has given. */
  readonly identity: ExecutionMetadata | undefined;
  /** Number of events. */
  readonly events: number;
}

type Maybe<T> = T | Promise<T>;

export interface IngestOptions {
  /**
   * Who the user of a request is, by its cookie or header. What it gives wins over what the client says: `tenant_id`, `user_id`
   * and whatever else there is; a name whose value is undefined is nobody's, and not for the client to say. Undefined: nobody in
   * particular. Null: the request is refused (401). Has 8 s to answer, as `rateLimit` has.
   */
  identify?: (request: Request, caller: Caller) => Maybe<ExecutionMetadata | null | undefined>;
  /** False, or the seconds after which to ask again: the request is refused (429). */
  rateLimit?: (request: Request, arrival: Arrival) => Maybe<boolean | number>;
  /** A last look at an event as it would be stored; false refuses it. Answers at once, with no promise. */
  accept?: (event: BillingEvent, arrival: Arrival) => boolean;
  /**
   * Origins whose pages may send, such as `https://app.example.com`; `*` for all, without cookies.
   * @default the origin of the endpoint itself
   */
  origins?: readonly string[] | '*';
  /** Names of providers clients may use beside those of the table and of `createPanoptic`. @default [] */
  providers?: readonly string[];
  /** Keeps the amounts clients name. Without it an event of a client has none. @default false */
  trustAmounts?: boolean;
  /**
   * Secret of workers of your own, sent as `authorization: Bearer …`: their events are trusted, keep their amounts, and may
   * say `projectId` and `username`. At least 16 characters.
   */
  token?: string;
  /** Largest body, bytes, 1024 to 16777216. @default 262144 */
  maxBytes?: number;
  /** Most events of a request, 1 to 10000. @default 500 */
  maxEvents?: number;
  /** Largest event, bytes of its JSON, 512 to 1048576. @default 32768 */
  maxEventBytes?: number;
  /** Oldest event that is taken, by its `ts`, ms, 1000 to 31622400000. @default 86400000, a day */
  maxAgeMs?: number;
}

export type ResolvedIngest = Readonly<
  Pick<IngestOptions, 'identify' | 'rateLimit' | 'accept'> &
    Required<
      Pick<IngestOptions, 'origins' | 'trustAmounts' | 'maxBytes' | 'maxEvents' | 'maxEventBytes' | 'maxAgeMs'>
    > & {
      providers: ReadonlySet<string>;
      token: string | undefined;
    }
>;

const DAY_MS = 86_400_000;

function parsers(): Parsers<IngestOptions> {
  return {
    identify: callback as Parse<NonNullable<IngestOptions['identify']>>,
    rateLimit: callback as Parse<NonNullable<IngestOptions['rateLimit']>>,
    accept: callback as Parse<NonNullable<IngestOptions['accept']>>,
    origins: originList,
    providers: nameList,
    trustAmounts: flag,
    token: secret,
    maxBytes: integer(1024, 16_777_216),
    maxEvents: integer(1, 10_000),
    maxEventBytes: integer(512, 1_048_576),
    maxAgeMs: integer(1000, 366 * DAY_MS),
  };
}

/**
 * @param given as the application has given them: anything
 * @throws PanopticError that lists every option that is wrong
 */
export function resolveIngest(given: IngestOptions): ResolvedIngest {
  const options = readOptions('createIngest', given, parsers());
  return {
    origins: [],
    trustAmounts: false,
    maxBytes: 262_144,
    maxEvents: 500,
    maxEventBytes: 32_768,
    maxAgeMs: DAY_MS,
    ...options,
    providers: new Set(options.providers),
    token: options.token,
  };
}

const secret: Parse<string> = (raw) => {
  const value = text(raw);
  return typeof value === 'string' && value.length >= 16 ? value : new Refused('a text of at least 16 characters');
};

const nameList: Parse<readonly string[]> = (raw) =>
  Array.isArray(raw) && raw.every((name) => typeof text(name) === 'string')
    ? (raw as string[])
    : new Refused('a list of names');

const originList: Parse<readonly string[] | '*'> = (raw) =>
  raw === '*' || (Array.isArray(raw) && raw.every(isOrigin))
    ? (raw as readonly string[] | '*')
    : new Refused("a list of origins such as 'https://app.example.com' (no path), or '*'");

function isOrigin(raw: unknown): boolean {
  try {
    return typeof raw === 'string' && new URL(raw).origin === raw;
  } catch {
    return false;
  }
}
