import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildChild, runChild } from '../../../../fixtures/tools/child.ts';
import { httpSink } from '../../../../fixtures/tools/http-sink.ts';
import { mongoForTests } from '../../../../fixtures/tools/mongodb-test.ts';
import { decodeEvent } from '../../event/document.ts';
import { readLog } from '../../log/reader.ts';

const mongo = await mongoForTests('workers that die while they ship to MongoDB');

/**
 * An application that numbers its calls, and whose worker dies now and then while the calls go on. At its end it writes
 * the ids of what was acknowledged and the counters into a file.
 */
const CHILD = `
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { site } from './instrument/node.ts';
import { createPanoptic, flush, stats, withExecutionMetadata } from './index.ts';

const threads = require('node:worker_threads');
const workers = [];
let limits;
class Watched extends threads.Worker {
  constructor(file, options) {
    super(file, limits === undefined ? options : { ...options, resourceLimits: limits });
    limits = undefined;
    workers.push(this);
  }
}
threads.Worker = Watched;
syncBuiltinESMExports();

const traced = process.env.PANOPTIC_TEST_TRACED === '1' || undefined;
const handle = site(1, {
  id: 's', name: 'work', file: 'work.ts', line: 1, kind: 'function', async: false, provider: 'System', category: 'SYSTEM',
  onStart: (quantity) => ({ quantity }), trace: traced,
});
const acknowledged = [];
subscribe('panoptic:acknowledged', (lot) => acknowledged.push(...lot.ids()));
let calls = 0;
function work(inside = 0) {
  const call = handle.beginWith(++calls);
  try { call.entered(); if (inside > 0) work(inside - 1); return call.returned(1); } finally { call.end(); }
}
const burst = (count) => withExecutionMetadata({ request_id: 'r-' + calls }, () => {
  for (let left = count; left > 0; ) {
    const inside = traced ? Math.min(2, left - 1) : 0;
    work(inside);
    left -= inside + 1;
  }
});
const random = (below) => Math.floor(Math.random() * below);

const lot = async () => {
  burst(random(Number(most)));
  await (random(2) ? turn() : pause(random(15)));
};

const [report, way, rounds, most] = process.argv.slice(2);
const ways = {
  /** At random moments: while it starts, in mid-batch, at rest. Three of four have done something before. */
  async terminate() {
    for (let round = 0; round < Number(rounds); round++) {
      const before = acknowledged.length;
      await lot();
      while (round % 4 > 0 && acknowledged.length === before) {
        burst(10);
        await pause(10);
      }
      const worker = workers.at(-1);
      const killed = pause(random(30)).then(() => worker?.terminate());
      for (let lots = 0; lots < 3; lots++) await lot();
      if (random(3) === 0) void flush(60_000);
      await killed;
    }
    // a machine that is busy may need more than one
    do await flush(30_000); while (stats().transport?.pending > 0);
  },
  async memory() {
    limits = { maxOldGenerationSizeMb: 6, maxYoungGenerationSizeMb: 2 };
    for (let lot = 0; lot < 20; lot++) {
      burst(2000);
      await pause(5);
    }
    await flush(30_000);
  },
  /** Killed with events in its log that wait for their batch to fill; then there are no more calls. */
  async unsent() {
    createPanoptic({ maxWaitTimeMs: 60_000, maxEventsPerBatch: 10_000 });
    burst(500);
    while (acknowledged.length < calls || stats().transport?.pending !== calls) await pause(10);
    await workers.at(-1).terminate();
    while (stats().worker.restarts === 0) await pause(1);
    process.stderr.write(stats().transport.pending + ' pending');
    do await flush(60_000); while (stats().transport.pending > 0);
    // no further call
    process.reallyExit(0);
  },
  /** Killed, and the process ends at once: nobody is there to replace the worker. */
  async exit() {
    burst(3000);
    await flush(30_000);
    burst(5000);
    await turn();
    void workers.at(-1).terminate();
    if (random(2)) await pause(random(5));
    process.exit(3);
  },
  /** Never does anything. */
  async broken() {
    threads.Worker = class extends Watched {
      constructor(file, options) { super('throw new Error("of the worker")', { ...options, eval: true }); }
    };
    syncBuiltinESMExports();
    burst(1000);
    await flush(30_000);
    burst(1000);
    await flush(30_000);
  },
};
// behind the listener of the runtime, which has closed everything
work();
process.on('exit', () => {
  writeFileSync(report, JSON.stringify({ calls, acknowledged, stats: stats() }));
});
await ways[way]();
`;

interface Told {
  calls: number;
  acknowledged: string[];
  stats: { recorded: number; dropped: number; worker: { state: string; restarts: number; reason?: string } };
}

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(dirname(script), { recursive: true, force: true }));

async function run(way: string, { rounds = 0, most = 0 } = {}, env: Record<string, string> = {}) {
  const dir = mkdtempSync(join(dirname(script), 'log-'));
  const variables = { PANOPTIC_DIR: dir, PANOPTIC_QUIET: '1', PANOPTIC_MAX_PENDING_BATCHES: '4096', ...env };
  const report = join(dir, 'report');
  const { code, signal, stderr } = await runChild(script, [report, way, String(rounds), String(most)], variables);
  const said = stderr.trim();
  const told = JSON.parse(readFileSync(report, 'utf8')) as Told;
  const logged: { id: string; number: number; parent: string | undefined }[] = [];
  for await (const { doc } of readLog(dir)) {
    const { _id, quantity, parent } = decodeEvent(doc);
    logged.push({ id: _id.toHexString(), number: Number(quantity), parent: parent?.toHexString() });
  }
  return { code, signal, said, told, logged };
}

/** Every call once, and everything acknowledged is there. */
function expectEachOnce(events: readonly { id: string; number: number }[], { calls, acknowledged }: Told): void {
  const numbers = events.map(({ number }) => number).sort((a, b) => a - b);
  const missing = calls - new Set(numbers).size;
  expect({ missing, doubled: numbers.length - new Set(numbers).size }).toEqual({ missing: 0, doubled: 0 });
  const ids = new Set(events.map(({ id }) => id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
}

test.each([
  ['process', 24],
  ['disk', 12],
])(
  'a worker that is killed again and again loses nothing and doubles nothing, and nobody notices (%s)',
  async (level, rounds) => {
    const env = { PANOPTIC_ACKNOWLEDGEMENT: level };
    const { code, said, told, logged } = await run('terminate', { rounds, most: 2500 }, env);
    expect({ code, said }).toEqual({ code: 0, said: '' });
    expectEachOnce(logged, told);
    expect(told.acknowledged).toHaveLength(told.calls);
    expect(told.stats).toMatchObject({ recorded: told.calls, dropped: 0, worker: { state: 'running' } });
    expect(told.stats.worker.restarts).toBeGreaterThan(rounds / 2);
  },
);

test('what a worker that died has written and not sent is sent by the next one, though nothing more is called', async () => {
  const sink = await httpSink();
  onTestFinished(() => sink.close());
  const dir = mkdtempSync(join(dirname(script), 'log-'));
  const env = { PANOPTIC_DIR: dir, PANOPTIC_QUIET: '1', PANOPTIC_HTTP_URL: sink.url };
  const { code, stderr } = await runChild(script, [join(dir, 'report'), 'unsent'], env);
  // nobody may take a dead worker's events for delivered
  expect({ code, stderr, stored: sink.stored().length }).toEqual({ code: 0, stderr: '501 pending', stored: 501 });
});

test('a worker that runs out of memory is replaced', async () => {
  const { code, said, told, logged } = await run('memory');
  expect({ code, said }).toEqual({ code: 0, said: '' });
  expectEachOnce(logged, told);
  expect(told.stats.worker).toMatchObject({ state: 'running', restarts: 1 });
});

test.each([1, 2, 3, 4, 5])('a process that ends right after its worker has everything in its log (%i)', async () => {
  const { code, said, told, logged } = await run('exit');
  expect({ code, said }).toEqual({ code: 3, said: '' });
  expectEachOnce(logged, told);
});

test('where workers only die, the thread of the application delivers, and one line says why', async () => {
  const { code, said, told, logged } = await run('broken');
  expect(code).toBe(0);
  expect(said).toMatch(/^Panoptic PAN6511: The worker does not stay alive \(of the worker\): .+$/);
  expectEachOnce(logged, told);
  expect(told.stats.worker).toEqual({ state: 'in-thread', restarts: 5, reason: 'of the worker' });
});

test('calls that name their parents get through the death of workers as others do, each with the parent it had', async () => {
  const env = { PANOPTIC_TEST_TRACED: '1' };
  const { code, said, told, logged } = await run('terminate', { rounds: 16, most: 1500 }, env);
  expect({ code, said }).toEqual({ code: 0, said: '' });
  expectEachOnce(logged, told);
  expect(told.acknowledged).toHaveLength(told.calls);
  expect(told.stats.worker.restarts).toBeGreaterThan(8);
  const numberOf = new Map(logged.map(({ id, number }) => [id, number]));
  const children = logged.filter(({ parent }) => parent !== undefined);
  // the call before is the one around it
  for (const { number, parent } of children) expect(numberOf.get(parent ?? '')).toBe(number - 1);
  expect(children.length).toBeGreaterThan(told.calls / 2);
});

describe.skipIf(!mongo)('on the way to MongoDB', () => {
  const client = new MongoClient(mongo?.uri ?? '');
  beforeAll(async () => void (await client.connect()));
  afterAll(() => client.close());

  test('a worker that is killed again and again loses nothing and doubles nothing', async () => {
    const stage = mongo?.env() ?? '';
    const { code, said, told, logged } = await run(
      'terminate',
      { rounds: 12, most: 300 },
      {
        PANOPTIC_MONGODB_URI: mongo?.uri ?? '',
        PANOPTIC_ENV: stage,
      },
    );
    expect({ code, left: logged.length }).toEqual({ code: 0, left: 0 });
    // a slow server may have been complained of
    expect(said).not.toContain('PAN65');
    const stored = await client
      .db(`panoptic-${stage}`)
      .collection('system_default')
      .find({}, { projection: { quantity: 1 } })
      .toArray();
    expectEachOnce(
      stored.map(({ _id, quantity }) => ({ id: String(_id), number: Number(quantity) })),
      told,
    );
  });
});
