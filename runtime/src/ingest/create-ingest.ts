import type { IncomingMessage, ServerResponse } from 'node:http';
import { processDelivery } from '../deliver/process-delivery.ts';
import { errorText } from '../diagnostics/error-text.ts';
import { say } from '../diagnostics/say.ts';
import type { IngestAnswer, IngestBody } from '../edge/wire.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { wallClock } from '../instrument/clock.ts';
import { admit } from './admit.ts';
import { ingestCounts } from './counts.ts';
import { type Identity, readIdentity } from './identity.ts';
import { inTime } from './in-time.ts';
import { answerNode } from './node.ts';
import { type Arrival, type Caller, type IngestOptions, type ResolvedIngest, resolveIngest } from './options.ts';
import { corsHeaders, preflightHeaders, withoutCookies } from './origin.ts';
import { readBody } from './read-body.ts';
import { Rejection } from './rejection.ts';
import { showsToken } from './secret.ts';
import { hasRoom, takeOver } from './take-over.ts';

/** The endpoint of browsers and edges, for whatever server there is. Neither method throws or rejects. */
export interface Ingest {
  /** For servers that speak Fetch: Hono, Next's route handlers, Bun, Deno. */
  fetch(request: Request): Promise<Response>;
  /**
   * For servers of `node:http`: Express, Fastify, Koa, Connect.
   * @param body where somebody has read it already: as a text, as bytes, or parsed. Default: `request.body`, else what comes
   */
  node(request: IncomingMessage, response: ServerResponse, body?: unknown): Promise<void>;
}

/** How long an answer may take, ms, which is less than clients wait: what hooks and the body have of it, the disk has not. */
const ANSWER_MS = 8000;

/** A clock that is this much off is put right, ms. */
const SKEW_MS = 60_000;

const startTimer = setTimeout;
const stopTimer = clearTimeout;

/**
 * Makes the endpoint that events of browsers and edges are sent to. They go the way of this process's own events, marked
 * `metadata.untrusted`, in the project, stage and account of this process.
 * @throws PanopticError that lists every option that is wrong
 */
export function createIngest(options: IngestOptions = {}): Ingest {
  const resolved = resolveIngest(options);
  const handle = (request: Request, address?: string): Promise<Response> => answer(resolved, request, address);
  return {
    fetch: (request) => handle(request),
    node: (request, response, body) => answerNode(handle, request, response, body),
  };
}

async function answer(options: ResolvedIngest, request: Request, address: string | undefined): Promise<Response> {
  let cors: Record<string, string> | undefined;
  const over = new AbortController();
  const timer = startTimer(() => over.abort(), ANSWER_MS).unref();
  try {
    cors = corsHeaders(request, options);
    if (cors === undefined) {
      throw new Rejection(403, 'PAN3315', 'Pages of this origin may not send: createIngest({ origins }).');
    }
    if (request.method === 'OPTIONS') {
      return new Response(null, { status: 204, headers: { ...cors, ...preflightHeaders(request) } });
    }
    if (request.method !== 'POST') {
      throw new Rejection(405, 'PAN3311', 'Events are sent with POST.', { allow: 'POST, OPTIONS' });
    }
    const caller: Caller = { trusted: showsToken(request, options.token), address };
    return respond(202, await take(options, withoutCookies(request, cors), caller, over.signal), cors);
  } catch (error) {
    ingestCounts().rejectedRequests++;
    const { status, code, message, headers } = error instanceof Rejection ? error : failed(error);
    return respond(status, { code, message }, { ...cors, ...headers });
  } finally {
    stopTimer(timer);
  }
}

/** @throws Rejection, or what a hook has thrown */
async function take(
  options: ResolvedIngest,
  request: Request,
  caller: Caller,
  over: AbortSignal,
): Promise<IngestAnswer> {
  const ask = <T>(name: string, answer: T | Promise<T>): Promise<T> =>
    inTime(over, answer, () => failed(`${name}() has not answered in ${ANSWER_MS / 1000} s`));
  const given = caller.trusted ? undefined : await ask('identify', options.identify?.(request, caller));
  if (given === null) throw new Rejection(401, 'PAN3316', 'identify() does not know who sends this.');
  const identity = readIdentity(given);
  const body = await readBody(request, options, over);
  const arrival: Arrival = { ...caller, identity: given, events: body.events.length };
  checkRate(await ask('rateLimit', options.rateLimit?.(request, arrival)));
  if (!hasRoom()) throw failed('more events wait to be written than fit into memory');
  const { good, refused } = judge(options, body, arrival, identity);
  ingestCounts().refused += refused.length;
  const lost = await inTime(over, takeOver(good), () => failed('the events were not safe in time'));
  if (lost > 0) throw failed(`${lost} of the events found no room: the log and memory are full`);
  return { accepted: good.length, ...(refused.length > 0 && { refused }) };
}

function checkRate(verdict: boolean | number | undefined): void {
  if (verdict === undefined || verdict === true) return;
  const headers = typeof verdict === 'number' ? { 'retry-after': String(Math.ceil(verdict)) } : {};
  throw new Rejection(429, 'PAN3317', 'Too many events.', headers);
}

function judge(
  options: ResolvedIngest,
  { sent, events }: IngestBody,
  arrival: Arrival,
  identity: Identity,
): { good: BillingEvent[]; refused: NonNullable<IngestAnswer['refused']> } {
  const nowMs = wallClock();
  const behindMs = nowMs - Date.parse(sent);
  const origin = processDelivery().config;
  const court = { options, origin, arrival, identity, nowMs, skewMs: Math.abs(behindMs) > SKEW_MS ? behindMs : 0 };
  const good: BillingEvent[] = [];
  const refused: { index: number; code: string; reason: string }[] = [];
  for (const [index, raw] of events.entries()) {
    const event = admit(raw, court);
    if ('code' in event) refused.push({ index, ...event });
    else good.push(event);
  }
  return { good, refused };
}

/** What the client can do nothing about, and has to try again. */
function failed(error: unknown): Rejection {
  say('PAN3318', `Events of clients were not taken, and are sent again: ${errorText(error)}.`);
  return new Rejection(503, 'PAN3318', 'The server cannot take events at the moment.', { 'retry-after': '5' });
}

const respond = (status: number, body: object, headers: Readonly<Record<string, string>>): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
