import { errorText } from '../diagnostics/error-text.ts';
import { say } from '../diagnostics/say.ts';
import type { BillingEvent, EventError, EventMetadata } from '../event/billing-event.ts';
import { withoutAnySecrets } from '../event/bson-form.ts';
import { type Origin, priceOf } from '../event/build-event.ts';
import { userAndTrace } from '../event/metadata.ts';
import { isRecord, type PlainObject, toPlain } from '../event/plain.ts';
import { schemaProblems } from '../event/schema-check.ts';
import { MAX_MESSAGE, MAX_STACK } from '../instrument/errors.ts';
import { providersInUse } from '../providers/in-use.ts';
import { claimProblem, measureProblem, nameProblem } from './claims.ts';
import { storedId } from './client-id.ts';
import type { Identity } from './identity.ts';
import type { Arrival, ResolvedIngest } from './options.ts';

/** Why one event is not taken, ever. */
export interface EventRefusal {
  readonly code: string;
  readonly reason: string;
}

/** What the server says of every event. */
export type ServerOrigin = Pick<Origin, 'project' | 'env' | 'username' | 'redact'>;

/** What an event of a request is judged by. */
export interface Court {
  readonly options: ResolvedIngest;
  readonly origin: ServerOrigin;
  readonly arrival: Arrival;
  /** What `arrival.identity` is in an event. */
  readonly identity: Identity;
  /** Now, ms since 1970. */
  readonly nowMs: number;
  /** How far the client's clock is behind, ms; 0 where that is no matter. */
  readonly skewMs: number;
}

/** A client whose clock is that far ahead is believed, ms: network and rounding. */
const AHEAD_MS = 5 * 60_000;

const no = (code: string, reason: string): EventRefusal => ({ code, reason });

/** One event of a client as it is stored, or why it is not. Never throws for any JSON. */
export function admit(raw: unknown, court: Court): BillingEvent | EventRefusal {
  const { options, origin, arrival, identity, nowMs, skewMs } = court;
  if (typeof raw !== 'object' || raw === null) return no('PAN3320', 'it is no object');
  const said = raw as Partial<BillingEvent>;
  const bytes = bytesOf(raw);
  if (bytes > options.maxEventBytes) return no('PAN3323', `it has ${bytes} bytes, at most ${options.maxEventBytes}`);

  const claim = claimProblem(said, arrival.trusted);
  if (claim !== undefined) return no('PAN3321', claim);
  const { projectId = origin.project, username = origin.username, ...others } = said;
  const { v, _id, ts: time } = said;
  const event = { v, _id, ts: time, projectId, env: origin.env, username, ...others } as BillingEvent;
  const problems = schemaProblems(event);
  if (problems.length > 0) return no('PAN3320', problems.slice(0, 3).join('; '));

  const ts = Date.parse(event.ts) + skewMs;
  if (!(ts <= nowMs + AHEAD_MS)) return no('PAN3322', `its time ${event.ts} is in the future`);
  if (ts < nowMs - options.maxAgeMs) return no('PAN3322', `its time ${event.ts} is more than maxAgeMs ago`);
  const provider = providerOf(event.provider, court);
  if (provider === undefined)
    return no('PAN3321', `no provider of the server is called ${JSON.stringify(event.provider)}`);

  const name = nameProblem(event);
  if (name !== undefined) return no('PAN3320', name);

  const stored: BillingEvent = {
    ...event,
    _id: storedId(event._id),
    ts: new Date(ts).toISOString(),
    provider,
    metadata: metadataOf(event, court),
  };
  // what the server hides it hides in events of clients, too
  if (event.error !== undefined) stored.error = withoutAnySecrets(cut(event.error), origin);
  if (event.parent !== undefined) stored.parent = storedId(event.parent);
  if (event.usage !== undefined) stored.usage = plain(event.usage);
  if (!arrival.trusted) {
    const measure = measureProblem(stored, nowMs + AHEAD_MS - ts);
    if (measure !== undefined) return no('PAN3320', measure);
    settlePrice(stored, options.trustAmounts);
  }
  const { user } = userAndTrace(identity.metadata);
  if (user !== undefined) stored.user = user;
  else if (identity.names.includes('user_id')) delete stored.user;
  return isAccepted(options, stored, arrival) ? stored : no('PAN3321', 'the server does not accept it');
}

/** A hook that fails must not keep a client from sending the others of the batch. */
function isAccepted({ accept }: ResolvedIngest, event: BillingEvent, arrival: Arrival): boolean {
  try {
    const verdict: unknown = accept?.(event, arrival);
    if (verdict instanceof Promise) {
      verdict.catch(() => {});
      throw new TypeError('it must answer at once, and has given a promise');
    }
    return verdict !== false;
  } catch (error) {
    say('PAN3319', `accept() of createIngest has failed, and the event is refused: ${errorText(error)}`);
    return false;
  }
}

/** Infinity for what is nested deeper than anybody can write it down. */
function bytesOf(raw: object): number {
  try {
    return Buffer.byteLength(JSON.stringify(raw));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** As long as the runtime itself lets them be: patterns look through them. */
const cut = ({ message, stack, ...error }: EventError): EventError => ({
  ...error,
  message: message.slice(0, MAX_MESSAGE),
  ...(stack === undefined ? {} : { stack: stack.slice(0, MAX_STACK) }),
});

/** A new provider would be a collection of its own, so that a client must not invent one. */
function providerOf(said: string, { options, arrival }: Court): string | undefined {
  if (options.providers.has(said)) return said;
  const table = providersInUse();
  const found = table.knows(said) ? table.resolve(said) : undefined;
  if (found !== undefined && 'name' in found) return found.name;
  return arrival.trusted ? said : undefined;
}

/** A client's own, below what the server knows of its user, below what was measured. */
function metadataOf({ metadata: said }: BillingEvent, { arrival: { trusted }, identity }: Court): EventMetadata {
  const { function_name, duration_ms, args_types, timing } = said;
  const metadata = plain(said);
  for (const name of ['untrusted', ...identity.names]) delete metadata[name];
  return {
    ...metadata,
    ...identity.metadata,
    function_name,
    duration_ms,
    ...(args_types && { args_types }),
    ...(timing && { timing }),
    ...(trusted ? {} : { untrusted: true }),
  };
}

/** As everywhere: nothing that changes a prototype, and nothing deeper than an event may be. */
function plain(value: unknown): PlainObject {
  const copy = toPlain(value, () => {});
  return isRecord(copy) ? copy : {};
}

function settlePrice(event: BillingEvent, trustAmounts: boolean): void {
  if (event.amount === undefined || trustAmounts) {
    event.price = priceOf(event.amount);
    return;
  }
  delete event.amount;
  delete event.currency;
  event.price = { status: 'unpriced', reason: 'amount of a client' };
}
