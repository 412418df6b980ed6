import { afterEach, beforeEach, expect, it, vi } from 'vitest';

// before anything of ours takes the clock it goes by
vi.hoisted(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));

import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { type Diagnostic, saidByCause } from '../diagnostics/say.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { recorder } from '../instrument/recorder.ts';
import { site } from '../instrument/site.ts';
import { runtimeState } from '../instrument/state.ts';
import { EdgeDelivery } from './delivery.ts';
import { defaultConfig, type EdgeConfig } from './options.ts';

type Answer = (events: readonly BillingEvent[]) => Response | Promise<Response> | undefined;

const state = runtimeState();
const ENDPOINT = 'https://ingest.example/events';
let requests: { events: BillingEvent[]; init: RequestInit }[] = [];
let stored: Map<string, BillingEvent>;
let answer: Answer;
let delivery: EdgeDelivery;
let said: Diagnostic[];

const json = (body: object, status = 202): Response => new Response(JSON.stringify(body), { status });

beforeEach(() => {
  requests = [];
  stored = new Map();
  said = [];
  answer = () => undefined;
  saidByCause().clear();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    expect(url).toBe(ENDPOINT);
    const { events } = JSON.parse(String(init.body)) as { events: BillingEvent[] };
    requests.push({ events, init });
    const scripted = await answer(events);
    if (scripted !== undefined) return scripted;
    for (const event of events) stored.set(event._id, event);
    return json({ accepted: events.length });
  });
  Object.assign(state, { batch: undefined, recorder });
  Object.assign(state.counters, { recorded: 0, dropped: 0, internalErrors: 0 });
  state.pending.length = 0;
  state.extensions.onDiagnostic = (diagnostic: Diagnostic) => said.push(diagnostic);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.clearAllTimers();
});

function start(options: Partial<EdgeConfig> = {}): void {
  delivery = new EdgeDelivery();
  state.opened = () => delivery.opened();
  delivery.configure({ ...defaultConfig(ENDPOINT), ...options });
}

function record(calls = 1): void {
  const handle = site(1, SITE_INFO);
  for (let call = 0; call < calls; call++) handle.begin().end();
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const codes = (): string[] => said.map(({ code }) => code);

/** A page, as far as delivery looks at it. */
function stubPage(): { fire(type: string): Promise<void>; beacons: string[]; visibility(now: string): void } {
  const listeners: Record<string, (() => void)[]> = {};
  const document = { visibilityState: 'visible' };
  const beacons: string[] = [];
  vi.stubGlobal('document', document);
  vi.stubGlobal('navigator', {
    onLine: true,
    sendBeacon: (_url: string, body: string) => beacons.push(body) > 0,
  });
  vi.stubGlobal('addEventListener', (type: string, listener: () => void) => {
    listeners[type] = [...(listeners[type] ?? []), listener];
  });
  return {
    beacons,
    visibility: (now) => void Object.assign(document, { visibilityState: now }),
    async fire(type) {
      for (const listener of listeners[type] ?? []) listener();
      await pass(0);
    },
  };
}

it('sends what was recorded after a time, in one request, marked as not to be trusted', async () => {
  start();
  record(3);
  await pass(900);
  expect(requests).toHaveLength(0);
  await pass(200);
  expect(requests).toHaveLength(1);
  expect(stored.size).toBe(3);
  const [event] = stored.values();
  expect(event).toMatchObject({ v: 1, provider: SITE_INFO.provider, metadata: { untrusted: true } });
  // what the server says
  expect(event).not.toHaveProperty('projectId');
  expect(delivery.outbox.length).toBe(0);
});

it('sends at once with a flush, and with the secret what the application is', async () => {
  start({ token: 'secret', project: 'worker', username: 'acme' });
  record();
  await delivery.flush(1000);
  const [event] = stored.values();
  expect(event).toMatchObject({ projectId: 'worker', username: 'acme' });
  expect(event?.metadata).not.toHaveProperty('untrusted');
  expect(requests[0]?.init.headers).toMatchObject({ authorization: 'Bearer secret' });
  // at an edge, naming these is an error
  expect(requests[0]?.init).not.toHaveProperty('keepalive');
  expect(requests[0]?.init).not.toHaveProperty('credentials');
});

it('tries again with the same ids, after pauses, until the endpoint takes the events', async () => {
  start();
  answer = (events) => (requests.length < 4 ? json({ code: 'PAN3318', events: events.length }, 503) : undefined);
  record(2);
  await pass(30_000);
  expect(requests).toHaveLength(4);
  expect(new Set(requests.map(({ events }) => events.map(({ _id }) => _id).join()))).toHaveProperty('size', 1);
  expect(stored.size).toBe(2);
  expect(codes()).toEqual(['PAN3302', 'PAN3302', 'PAN3302']);
  expect(delivery.sender).toMatchObject({ delivered: 2, refused: 0, failures: 3 });
});

it('waits as long as the endpoint asks for', async () => {
  start();
  answer = () =>
    requests.length === 1 ? new Response('', { status: 429, headers: { 'retry-after': '20' } }) : undefined;
  record();
  await pass(20_500);
  expect(requests).toHaveLength(1);
  await pass(2000);
  expect(requests).toHaveLength(2);
});

it('does not take the page that a server gives for anything for an acknowledgement', async () => {
  start();
  answer = () => new Response('<!doctype html>', { status: 200 });
  record();
  void delivery.flush(500);
  await pass(600);
  expect(delivery.outbox.length).toBe(1);
  expect(said[0]).toMatchObject({ code: 'PAN3302', message: expect.stringContaining('not as createIngest() does') });
});

it('finds the one event that is refused, and loses no other', async () => {
  start();
  record();
  await delivery.flush(500);
  record(9);
  let bad: string | undefined;
  answer = (events) => {
    bad ??= events[4]?._id;
    return events.some(({ _id }) => _id === bad) ? json({ code: 'PAN3314' }, 400) : undefined;
  };
  await delivery.flush(500);
  expect(stored.size).toBe(9);
  expect(delivery.sender).toMatchObject({ delivered: 9, refused: 1 });
  expect(codes()).toEqual(['PAN3303']);
});

it('counts what the endpoint names as refused', async () => {
  start();
  answer = (events) =>
    json({ accepted: events.length - 1, refused: [{ index: 1, code: 'PAN3320', reason: 'no field' }] });
  record(3);
  await delivery.flush(500);
  expect(delivery.sender).toMatchObject({ delivered: 2, refused: 1 });
  expect(said[0]).toMatchObject({ code: 'PAN3303', message: expect.stringContaining('no field') });
});

it('loses nothing to an endpoint that refuses everything: it is another one', async () => {
  start();
  answer = () => json({}, 400);
  record(2);
  void delivery.flush(3000);
  await pass(3100);
  expect(delivery.outbox.length).toBe(2);
  expect(delivery.sender.refused).toBe(0);
});

it('keeps a bounded number of events, and counts the others', async () => {
  start({ maxPendingEvents: 10 });
  answer = () => json({}, 503);
  record(60);
  await pass(1500);
  expect(delivery.outbox.length).toBe(10);
  expect(state.counters.dropped).toBe(50);
  expect(codes()).toContain('PAN3301');
});

it('sends batches of the size that is configured', async () => {
  start({ maxEventsPerBatch: 4, maxBytesPerBatch: 1024 });
  record(20);
  await pass(1500);
  expect(stored.size).toBe(20);
  for (const { events, init } of requests) {
    expect(events.length).toBeLessThanOrEqual(4);
    expect(String(init.body).length).toBeLessThanOrEqual(1024 + 100);
  }
});

it('keeps calls until somebody says where they go, and says that nobody has', async () => {
  delivery = new EdgeDelivery();
  state.opened = () => delivery.opened();
  state.sink = undefined;
  record(2);
  await pass(1500);
  expect(codes()).toEqual(['PAN3305']);
  delivery.useBuiltIn(ENDPOINT);
  await pass(1500);
  expect(stored.size).toBe(2);
});

it('prefers the endpoint of createPanoptic to that of the build', async () => {
  delivery = new EdgeDelivery();
  delivery.configure({ ...defaultConfig(''), commit: 'c0ffee' });
  expect(delivery.config).toBeUndefined();
  delivery.useBuiltIn('/built-in');
  expect(delivery.config).toMatchObject({ endpoint: '/built-in', commit: 'c0ffee' });
  delivery.configure(defaultConfig(ENDPOINT));
  expect(delivery.config?.endpoint).toBe(ENDPOINT);
});

it('keeps events in memory for tests, or throws them away', async () => {
  start({ transport: 'memory' });
  record(2);
  await delivery.flush(100);
  expect(delivery.memory.events).toHaveLength(2);
  start({ transport: 'none' });
  record(2);
  await delivery.flush(100);
  expect(delivery.outbox.length).toBe(0);
  expect(requests).toHaveLength(0);
});

// --- an edge: invocations end, and their timers and requests with them ---

it('asks the invocation to stay until everything has been sent', async () => {
  const kept: Promise<void>[] = [];
  start({ waitUntil: (promise) => void kept.push(promise) });
  record();
  await Promise.resolve();
  record(2);
  expect(kept).toHaveLength(1);
  await pass(1100);
  await Promise.all(kept);
  expect(stored.size).toBe(3);
  record();
  expect(kept).toHaveLength(2);
});

it('falls back to a timer where nothing can be kept', async () => {
  start({
    waitUntil: () => {
      throw new Error('outside of a request');
    },
  });
  record();
  await pass(1100);
  expect(stored.size).toBe(1);
  expect(state.counters.internalErrors).toBe(1);
});

it('sends what an earlier invocation left, and says that it ended too soon', async () => {
  start();
  record();
  // the invocation is gone, and its timer
  await Promise.resolve();
  vi.clearAllTimers();
  await pass(60_000);
  expect(stored.size).toBe(0);
  record();
  expect(codes()).toEqual(['PAN3304']);
  await delivery.flush(500);
  expect(stored.size).toBe(2);
});

it('sends again what an invocation was sending when it ended', async () => {
  start();
  answer = () => (requests.length === 1 ? new Promise<Response>(() => {}) : undefined);
  record();
  void delivery.flush(100_000);
  await Promise.resolve();
  vi.clearAllTimers();
  // another invocation first waits for the one that is sending
  const flushed = delivery.flush(100_000);
  await pass(10_000);
  expect(requests).toHaveLength(1);
  await pass(10_000);
  await flushed;
  expect(requests).toHaveLength(2);
  expect(stored.size).toBe(1);
});

it('gives up a flush in time', async () => {
  start();
  answer = () => json({}, 503);
  record();
  let done = false;
  void delivery.flush(2000).then(() => {
    done = true;
  });
  await pass(1900);
  expect(done).toBe(false);
  await pass(200);
  expect(done).toBe(true);
  expect(delivery.outbox.length).toBe(1);
});

// --- a page ---

it('gives what is left to the browser when the page goes, in parts it takes', async () => {
  const page = stubPage();
  start({ maxEventsPerBatch: 500 });
  record(400);
  await page.fire('pagehide');
  expect(requests).toHaveLength(0);
  const sizes = page.beacons.map((body) => body.length);
  expect(sizes.length).toBeGreaterThan(1);
  for (const size of sizes) expect(size).toBeLessThan(64 * 1024);
  const ids = page.beacons.flatMap((body) => (JSON.parse(body) as { events: BillingEvent[] }).events);
  expect(new Set(ids.map(({ _id }) => _id)).size).toBe(400);
});

it('asks once more, where the page goes on, for what nobody has confirmed', async () => {
  const page = stubPage();
  start();
  record();
  page.visibility('hidden');
  await page.fire('visibilitychange');
  expect(page.beacons).toHaveLength(1);
  page.visibility('visible');
  await page.fire('visibilitychange');
  await pass(10_000);
  expect(requests).toHaveLength(1);
  expect(requests[0]?.events.map(({ _id }) => _id)).toEqual(
    (JSON.parse(page.beacons[0] ?? '') as { events: BillingEvent[] }).events.map(({ _id }) => _id),
  );
  expect(delivery.outbox.length).toBe(0);
});

it('does not wait with what fills a request', async () => {
  stubPage();
  start({ maxEventsPerBatch: 5 });
  record(12);
  await pass(1);
  expect(stored.size).toBe(12);
  expect(requests.map(({ events }) => events.length)).toEqual([5, 5, 2]);
});

it('does not wait while nobody looks at the page', async () => {
  const page = stubPage();
  start();
  page.visibility('hidden');
  record(2);
  await pass(0);
  expect(stored.size).toBe(2);
  expect(requests[0]?.init).toMatchObject({ keepalive: true, credentials: 'same-origin' });
});

it('goes by fetch where headers have to be sent, which a beacon has not', async () => {
  const page = stubPage();
  start({ headers: () => ({ 'x-session': 's1' }) });
  record();
  await page.fire('pagehide');
  expect(page.beacons).toHaveLength(0);
  expect(requests[0]?.init).toMatchObject({ keepalive: true, headers: { 'x-session': 's1' } });
});

it('keeps what the browser does not take', async () => {
  const page = stubPage();
  vi.stubGlobal('navigator', { onLine: true, sendBeacon: () => false });
  start();
  record();
  await page.fire('pagehide');
  expect(delivery.outbox.length).toBe(1);
  await page.fire('pageshow');
  await pass(100);
  expect(stored.size).toBe(1);
});

it('says nothing of a page that has recorded nothing yet', async () => {
  const page = stubPage();
  delivery = new EdgeDelivery();
  await page.fire('pageshow');
  await page.fire('online');
  await pass(5000);
  expect(said).toEqual([]);
});

it('waits for the network to come back', async () => {
  const page = stubPage();
  vi.stubGlobal('navigator', { onLine: false });
  start();
  record();
  await pass(30_000);
  expect(requests).toHaveLength(0);
  vi.stubGlobal('navigator', { onLine: true });
  await page.fire('online');
  await pass(10);
  expect(stored.size).toBe(1);
});
