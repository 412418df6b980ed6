import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { buildChild } from '../../../fixtures/tools/child.ts';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { saidByCause } from '../diagnostics/say.ts';
import { ownerFolders } from '../log/layout.ts';
import { readLog } from '../log/reader.ts';
import { type SpoolOutletOptions, spoolOutlet } from './spool-outlet.ts';
import type { FrozenEvent, Refusal, Transport } from './transport.ts';

beforeEach(() => saidByCause().clear());

/** For a machine that is busy with other things. */
const BUSY = { timeout: 60_000 };

/** A destination that does what it is told to, and keeps each id once. */
class Place implements Transport {
  readonly version = 1;
  readonly name: string = 'place';
  readonly destination: string = 'a place';
  readonly concurrency: number = 4;
  readonly ids: Set<string> = new Set();
  away = false;
  refused: readonly Refusal[] = [];
  sends = 0;
  closed = 0;
  hold: Promise<void> | undefined;

  async send(events: readonly FrozenEvent[]): Promise<{ refused: readonly Refusal[] }> {
    this.sends++;
    await this.hold;
    if (this.away) throw Object.assign(new Error('connect to mongodb://user:canary@host'), { code: 'EAWAY' });
    for (const [index, { id }] of events.entries())
      if (!this.refused.some((refusal) => refusal.index === index)) this.ids.add(id);
    return { refused: this.refused };
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

function start(options: Partial<SpoolOutletOptions> = {}): { place: Place; outlet: ReturnType<typeof spoolOutlet> } {
  const place = new Place();
  return { place, outlet: spoolOutlet(place, { resilience: 'fast', ...options }) };
}

test('without a folder events are acknowledged when the destination has answered, in their order', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { place, outlet } = start({ maxWaitTimeMs: 5 });
  const acknowledged: number[] = [];
  let answer = (): void => undefined;
  place.hold = new Promise((resolve) => {
    answer = resolve;
  });
  for (const n of range(0, 3)) outlet.append(numberedEvents(n * 100, n * 100 + 100), () => acknowledged.push(n));
  await expect.poll(() => place.sends).toBe(3);
  expect(acknowledged).toEqual([]);
  expect(outlet.stats()).toMatchObject({ accepted: 300, delivered: 0, pending: 300 });
  place.refused = [{ index: 7, reason: 'no' }];
  answer();
  await expect.poll(() => acknowledged).toEqual([0, 1, 2]);
  expect(outlet.stats()).toMatchObject({ delivered: 297, dropped: 3, pending: 0, deadLettered: 0 });
  expect(stderr).toHaveBeenCalledWith(expect.stringMatching(/PAN6403.*It is lost, because there is no folder/));
  await outlet.close(1000);
  stderr.mockRestore();
});

test('credentials in the destination of a transport stay with it', BUSY, async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const dir = scratchFolder();
  const place = Object.assign(new Place(), { destination: 'https://ann:c4n4ry@billing.example.com/events' });
  const outlet = spoolOutlet(place, { dir, resilience: 'fast', maxWaitTimeMs: 5 });
  place.away = true;
  outlet.append(numberedEvents(0, 1));
  await outlet.flush(1000);
  await outlet.close(1000);
  expect(outlet.destination).toContain('billing.example.com');
  expect(readFileSync(path.join(dir, 'destination'), 'utf8')).toContain('billing.example.com');
  const shown = [
    outlet.destination,
    outlet.stats(),
    stderr.mock.calls,
    readFileSync(path.join(dir, 'destination'), 'utf8'),
  ];
  expect(JSON.stringify(shown)).not.toContain('c4n4ry');
  stderr.mockRestore();
});

test('without a folder, what the destination refuses is told as lost, and as dropped', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { place, outlet } = start();
  place.refused = [{ index: 1, reason: 'no' }];
  const events = numberedEvents(0, 3);
  const lost: (readonly string[])[] = [];
  outlet.append(events, (ids) => lost.push(ids));
  await outlet.flush(1000);
  expect(lost).toEqual([[events[1]?.id]]);
  expect(outlet.stats()).toMatchObject({ accepted: 3, delivered: 2, dropped: 1, pending: 0 });
  await outlet.close(1000);
  stderr.mockRestore();
});

test('what is refused is acknowledged, kept with its reason, and holds up nothing', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const dir = scratchFolder();
  const { place, outlet } = start({ dir });
  // a transport in JavaScript may answer anything
  place.refused = [
    { index: 1, reason: 'no' },
    { index: 1, reason: 'no, again' },
    { index: 99, reason: 'nobody' },
    { index: -1, reason: 'nobody' },
  ];
  outlet.append(numberedEvents(0, 10));
  await outlet.close(5000);
  expect(outlet.stats()).toMatchObject({ accepted: 10, delivered: 9, deadLettered: 1, pending: 0, dropped: 0 });
  const [letters = ''] = readdirSync(path.join(dir, 'dead-letter'));
  expect(
    readFileSync(path.join(dir, 'dead-letter', letters), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(1);
  expect(ownerFolders(dir)).toEqual([]);
  stderr.mockRestore();
});

test('a letter that cannot be written is no failure of the destination, and its event waits', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const dir = scratchFolder();
  const sayFailure = vi.fn();
  const { place, outlet } = start({ dir, sayFailure });
  const events = numberedEvents(0, 10);
  const refused = new Set([events[1]?.id, events[4]?.id]);
  place.send = async (sent) => {
    for (const { id } of sent) if (!refused.has(id)) place.ids.add(id);
    return { refused: sent.flatMap(({ id }, index) => (refused.has(id) ? [{ index, reason: 'no' }] : [])) };
  };
  const folder = path.join(dir, 'dead-letter');
  writeFileSync(folder, '');
  outlet.append(events);
  for (let n = 0; n < 3; n++) await outlet.flush(5000);
  expect(outlet.stats()).toMatchObject({ delivered: 0, deadLettered: 0, pending: 10, dropped: 0 });
  expect(sayFailure).not.toHaveBeenCalled();
  expect(stderr.mock.calls).toEqual([
    [
      expect.stringMatching(
        /^Panoptic PAN6323: \S+\/dead-letter cannot be written: EEXIST.* tried again\. Check the rights/,
      ),
    ],
  ]);
  rmSync(folder);
  await outlet.close(5000);
  expect(outlet.stats()).toMatchObject({ delivered: 8, deadLettered: 2, pending: 0, dropped: 0 });
  const [name = ''] = readdirSync(folder);
  const lines = readFileSync(path.join(folder, name), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ reason: 'no' }, { reason: 'no' }]);
  stderr.mockRestore();
});

test('an outage is said once, without credentials; breaker and counters show it, and everything arrives once', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { place, outlet } = start({ dir: scratchFolder() });
  place.away = true;
  outlet.append(numberedEvents(0, 1000));
  const resilience = (): NonNullable<ReturnType<typeof outlet.stats>['resilience']> | undefined =>
    outlet.stats().resilience;
  await expect.poll(() => resilience()?.breaker.state, { timeout: 20_000 }).toBe('open');
  expect(outlet.stats()).toMatchObject({ accepted: 1000, delivered: 0, pending: 1000, dropped: 0 });
  expect(resilience()?.retry.failuresInARow).toBeGreaterThanOrEqual(3);
  expect(structuredClone(outlet.stats())).toEqual(outlet.stats());
  // tries once, whatever the breaker says, and gives up
  const before = place.sends;
  await outlet.flush(10_000);
  expect(place.sends).toBe(before + 1);
  place.away = false;
  await expect.poll(() => outlet.stats().pending, { timeout: 20_000 }).toBe(0);
  expect(place.ids.size).toBe(1000);
  expect(resilience()).toMatchObject({ breaker: { state: 'closed' }, bulkhead: { limit: 4, running: 0, queued: 0 } });
  const lines = stderr.mock.calls.flat().join('\n');
  expect(lines.match(/PAN6530: a place does not take events: connect to mongodb:\/\/host\./g)).toHaveLength(1);
  expect(lines).not.toContain('canary');
  await outlet.close(1000);
  stderr.mockRestore();
});

test('what a failure came from is said: fetch itself tells nothing', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { place, outlet } = start({ dir: scratchFolder() });
  place.send = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));
  outlet.append(numberedEvents(0, 1));
  await outlet.close(5000);
  expect(stderr.mock.calls.join()).toContain('does not take events: fetch failed (connect ECONNREFUSED).');
  stderr.mockRestore();
});

test('a destination that does not answer ends no flush late, and nothing of it is lost', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const dir = scratchFolder();
  const { place, outlet } = start({ dir });
  place.hold = new Promise(() => undefined);
  outlet.append(numberedEvents(0, 10));
  await outlet.close(50);
  expect(outlet.stats()).toMatchObject({ delivered: 0, pending: 10, resilience: { timeouts: { flushes: 1 } } });
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 10));
  const next = start({ dir });
  next.outlet.append(numberedEvents(10, 11));
  await next.outlet.close(5000);
  expect(next.place.ids.size).toBe(11);
  expect(ownerFolders(dir)).toEqual([]);
  stderr.mockRestore();
});

test('the transport is closed when there is nothing to send, and opened by the next event', async () => {
  const { place, outlet } = start({ idleMs: 20 });
  outlet.append(numberedEvents(0, 1));
  await outlet.flush(1000);
  await expect.poll(() => place.closed).toBe(1);
  outlet.append(numberedEvents(1, 2));
  await outlet.close(1000);
  expect(place.ids.size).toBe(2);
});

test('what many dead processes left is taken over as it is sent, and holds up neither the thread nor new events', async () => {
  const dir = scratchFolder();
  for (const n of range(0, 40)) {
    const { place, outlet } = start({ dir });
    place.away = true;
    outlet.append(numberedEvents(n, n + 1));
    outlet.closeSync();
  }
  const { place, outlet } = start({ dir });
  const taken = (): number => ownerFolders(dir).filter((folder) => folder.includes('~')).length;
  let atFirst: number | undefined;
  const { send } = place;
  place.send = (events) => {
    atFirst ??= taken();
    return send.call(place, events);
  };
  outlet.append(numberedEvents(40, 41));
  await expect.poll(() => atFirst, BUSY).toBeDefined();
  expect(atFirst).toBeLessThan(10);
  await outlet.flush(60_000);
  expect(place.ids.size).toBe(41);
  await expect.poll(taken, BUSY).toBe(0);
  await outlet.close(1000);
});

test('what a dead process left and cannot be read holds up nothing else, and is said', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const dir = scratchFolder();
  for (const n of range(0, 3)) {
    const { place, outlet } = start({ dir });
    place.away = true;
    outlet.append(numberedEvents(n, n + 1));
    outlet.closeSync();
  }
  const [first = ''] = ownerFolders(dir);
  rmSync(path.join(first, '00000001.seg'));
  mkdirSync(path.join(first, '00000001.seg'));
  const { place, outlet } = start({ dir, maxWaitTimeMs: 5 });
  outlet.append(numberedEvents(3, 4));
  await expect.poll(() => place.ids.size, BUSY).toBe(3);
  expect(stderr.mock.calls.flat().join()).toContain('EISDIR');
  stderr.mockRestore();
  await outlet.close(1000);
});

test('an event after close is delivered as well, and what was left behind with it', async () => {
  const dir = scratchFolder();
  const { place, outlet } = start({ dir });
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  place.away = true;
  outlet.append(numberedEvents(0, 5));
  await outlet.close(1000);
  const attempts = place.sends;
  place.away = false;
  outlet.append(numberedEvents(5, 6));
  await outlet.close(5000);
  expect(place.sends).toBeGreaterThan(attempts);
  expect(place.ids.size).toBe(6);
  expect(ownerFolders(dir)).toEqual([]);
  expect(outlet.stats()).toMatchObject({ pending: 0 });
  stderr.mockRestore();
});

test.each([
  [
    'throws',
    () => {
      throw new Error('never open');
    },
  ],
  ['rejects', () => Promise.reject(new Error('never open'))],
  ['does not end', () => new Promise<void>(() => undefined)],
])('a transport whose close %s holds up no flush and no close', async (_, close) => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { place, outlet } = start({ idleMs: 1 });
  place.close = close;
  place.hold = new Promise(() => undefined);
  outlet.append(numberedEvents(0, 1));
  await outlet.flush(10);
  await outlet.close(10);
  expect(outlet.stats()).toMatchObject({ pending: 1 });
  stderr.mockRestore();
});

/** An application whose destination is a file; `argv` says which, and what is to happen. */
const CHILD = `
import { ObjectId, serialize } from 'bson';
import { appendFileSync, existsSync, readdirSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { spoolOutlet } from './deliver/spool-outlet.ts';

const [, , way, dir, file, up] = process.argv;
const transport = {
  version: 1, name: 'file', destination: file, concurrency: 4,
  async send(events, signal) {
    if (!existsSync(up)) throw new Error('away');
    const unreliable = way !== 'outage';
    if (unreliable) await delay(Math.random() * 8);
    if (unreliable && Math.random() < 0.2) throw new Error('before it was applied');
    appendFileSync(file, events.map(({ id }) => id + '\\n').join(''));
    if (unreliable) await delay(Math.random() * 3);
    if (unreliable && Math.random() < 0.1) throw new Error('after it was applied');
    return {};
  },
};
const outlet = spoolOutlet(transport, { dir, resilience: 'fast', segmentBytes: 30_000, sayFailure() {} });
const event = () => {
  const _id = new ObjectId();
  return { id: String(_id), database: 'd', collection: 'c', doc: serialize({ _id, text: 'x'.repeat(way === 'outage' ? 1000 : 150) }) };
};

const ways = {
  /** Appends without end, and prints each id when it is acknowledged. */
  async load() {
    for (;;) {
      const events = Array.from({ length: 37 }, event);
      outlet.append(events, () => writeSync(1, events.map(({ id }) => id + '\\n').join('')));
      await delay(1);
    }
  },
  async drain() {
    outlet.append([event()]);
    // a flush ends with the first attempt that fails; folders that are empty go
    do await outlet.flush(10_000); while (readdirSync(dir + '/log').length > 1 || outlet.stats().pending > 0);
    await outlet.close(10_000);
  },
  /** Memory of a long outage: \`dir\` takes many events, and its destination none. */
  async outage() {
    // a thread of the engine frees buffers behind a collection, and until it has, they count: the least of several looks is what is kept
    const used = async () => {
      let least = Infinity;
      for (let look = 0; look < 5; look++) {
        gc();
        await delay(20);
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        least = Math.min(least, heapUsed + arrayBuffers);
      }
      return least;
    };
    const append = async (count) => {
      for (let n = 0; n < count; n += 250) {
        outlet.append(Array.from({ length: 250 }, event));
        await delay(0);
      }
    };
    await append(20_000);
    const before = await used();
    await append(60_000);
    const during = await used();
    appendFileSync(up, '');
    while (outlet.stats().pending > 0) await outlet.flush(60_000);
    const after = await used();
    const { accepted, delivered, dropped } = outlet.stats();
    await outlet.close(10_000);
    writeSync(1, JSON.stringify({ during: during - before, after: after - before, accepted, delivered, dropped }));
  },
};
await ways[way]();
`;

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(path.dirname(script), { recursive: true, force: true }));

const launch = (...args: string[]): ChildProcess =>
  spawn(process.execPath, ['--expose-gc', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

/** Distinct ids in the file, and how many lines it has. */
function arrivedIn(file: string): { ids: Set<string>; lines: number } {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  return { ids: new Set(lines), lines: lines.length };
}

test('processes killed with several batches under way, answered in any order: no acknowledged event is lost', async () => {
  const dir = scratchFolder();
  const [file, up] = ['arrived', 'up'].map((name) => path.join(scratchFolder(), name)) as [string, string];
  writeFileSync(up, '');
  const acknowledged: string[] = [];
  for (const round of range(0, 6)) {
    const child = launch('load', dir, file, up);
    const closed = once(child, 'close');
    let count = 0;
    for await (const id of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      acknowledged.push(id);
      if (++count === 300 + 700 * round) child.kill('SIGKILL');
    }
    await closed;
  }
  expect((await once(launch('drain', dir, file, up), 'close'))[0]).toBe(0);
  const { ids } = arrivedIn(file);
  expect(acknowledged.filter((id) => !ids.has(id)).length).toBe(0);
  expect(acknowledged.length).toBeGreaterThan(5000);
  expect(ownerFolders(dir)).toEqual([]);
});

test('memory stays flat in an outage however long, and everything arrives after it', async () => {
  const [dir, place] = [scratchFolder(), scratchFolder()];
  const file = path.join(place, 'arrived');
  const child = launch('outage', dir, file, path.join(place, 'up'));
  let out = '';
  child.stdout?.on('data', (text) => {
    out += text;
  });
  await once(child, 'close');
  const { during, after, ...counts } = JSON.parse(out);
  expect(counts).toEqual({ accepted: 80_000, delivered: 80_000, dropped: 0 });
  expect(arrivedIn(file).ids.size).toBe(80_000);
  // 60,000 events are 62 MB; what is read of them at once comes and goes
  expect(during).toBeLessThan(20_000_000);
  expect(after).toBeLessThan(20_000_000);
});

test('a flush that gives up leaves the attempt to one that has more time', async () => {
  const { place, outlet } = start();
  let answer = (): void => undefined;
  place.hold = new Promise((resolve) => {
    answer = resolve;
  });
  outlet.append(numberedEvents(0, 10));
  const patient = outlet.flush(60_000);
  await outlet.flush(10);
  expect(place.closed).toBe(0);
  answer();
  await patient;
  expect(place.sends).toBe(1);
  expect(outlet.stats()).toMatchObject({ delivered: 10, failures: 0 });
  await outlet.close(1000);
});

const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

test.each([
  ['nothing', undefined],
  ['an object without a prototype', Object.create(null)],
  ['a message that is no text', { message: { text: 'busy' }, code: {} }],
  [
    'a getter that throws',
    Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('no');
      },
    }),
  ],
  ['a proxy', revoked],
])('whatever a transport throws, it is tried again: %s', BUSY, async (_, thrown) => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { place, outlet } = start({ maxWaitTimeMs: 5 });
  const send = vi.spyOn(place, 'send').mockRejectedValueOnce(thrown);
  outlet.append(numberedEvents(0, 3));
  await vi.waitFor(() => expect(place.ids.size).toBe(3), 20_000);
  expect(send.mock.calls.length).toBeGreaterThan(1);
  expect(outlet.stats().failures).toBe(1);
  await outlet.close(1000);
});
