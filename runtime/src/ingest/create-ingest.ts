import type { IncomingMessage, ServerResponse } from 'node:http';
import { maskUris } from '../config/mask-uri.ts';
import { processDelivery } from '../deliver/process-delivery.ts';
import { say } from '../diagnostics/say.ts';
import type { IngestAnswer, IngestBody } from '../edge/wire.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { wallClock } from '../instrument/clock.ts';
import { admit } from './admit.ts';
import { ingestCounts } from './counts.ts';
import { answerNode } from './node.ts';
import { type Arrival, type Caller, type IngestOptions, type ResolvedIngest, resolveIngest } from './options.ts';
import { corsHeaders, preflightHeaders } from './origin.ts';
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

/** How long a client waits for its events to be safe, ms; then it sends them again, and they are stored once. */
const SAFE_MS = 8000;

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
    return respond(202, await take(options, request, caller), cors);
  } catch (error) {
    ingestCounts().rejectedRequests++;
    const { status, code, message, headers } = error instanceof Rejection ? error : failed(error);
    return respond(status, { code, message }, { ...cors, ...headers });
  }
}

/** @throws Rejection */
async function take(options: ResolvedIngest, request: Request, caller: Caller): Promise<IngestAnswer> {
  const identity = caller.trusted ? undefined : await options.identify?.(request, caller);
  if (identity === null) throw new Rejection(401, 'PAN3316', 'identify() does not know who sends this.');
  const body = await readBody(request, options);
  const arrival: Arrival = { ...caller, identity, events: body.events.length };
  await checkRate(options, request, arrival);
  if (!hasRoom()) throw failed('more events wait to be written than fit into memory');
  const { good, refused } = judge(options, body, arrival);
  ingestCounts().refused += refused.length;
  if (!(await endsWithin(takeOver(good), SAFE_MS))) throw failed('the events were not safe in time');
  return { accepted: good.length, ...(refused.length > 0 && { refused }) };
}

async function checkRate({ rateLimit }: ResolvedIngest, request: Request, arrival: Arrival): Promise<void> {
  const verdict = await rateLimit?.(request, arrival);
  if (verdict === undefined || verdict === true) return;
  const headers = typeof verdict === 'number' ? { 'retry-after': String(Math.ceil(verdict)) } : {};
  throw new Rejection(429, 'PAN3317', 'Too many events.', headers);
}

function judge(
  options: ResolvedIngest,
  { sent, events }: IngestBody,
  arrival: Arrival,
): { good: BillingEvent[]; refused: NonNullable<IngestAnswer['refused']> } {
  const nowMs = wallClock();
  const behindMs = nowMs - Date.parse(sent);
  const origin = processDelivery().config;
  const court = { options, origin, arrival, nowMs, skewMs: Math.abs(behindMs) > SKEW_MS ? behindMs : 0 };
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
  say('PAN3318', `Events of clients were not taken, and are sent again: ${maskUris(String(error))}.`);
  return new Rejection(503, 'PAN3318', 'The server cannot take events at the moment.', { 'retry-after': '5' });
}

async function endsWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = startTimer(resolve, ms, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    stopTimer(timer);
  }
}

const respond = (status: number, body: object, headers: Readonly<Record<string, string>>): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
