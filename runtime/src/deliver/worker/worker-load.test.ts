import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildChild, runChild } from '../../../../fixtures/tools/child.ts';
import { scratchFolder } from '../../../../fixtures/tools/log-events.ts';
import { decodeEvent } from '../../event/document.ts';
import { readLog } from '../../log/reader.ts';

/** An application that calls more than a worker can take at once. At its end it writes down what it did. */
const CHILD = `
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { site } from './instrument/node.ts';
import { close, createPanoptic, flush, stats } from './index.ts';

const handle = site(1, {
  id: 's', name: 'work', file: 'work.ts', line: 1, kind: 'function', async: false, provider: 'System', category: 'SYSTEM',
});
let calls = 0;
const burst = (count) => { for (let n = 0; n < count; n++, calls++) handle.begin().end(); };
const [report, way] = process.argv.slice(2);
let memory = 0;

/** In place of the worker, one that never comes to listen. */
function stall() {
  const threads = require('node:worker_threads');
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(_, options) { super('for (;;);', { ...options, eval: true }); }
  };
  syncBuiltinESMExports();
}

const ways = {
  /** Many small batches while the worker starts. */
  async start() {
    createPanoptic({ maxWaitTimeMs: 5 });
    for (let lot = 0; lot < 200; lot++) {
      burst(40);
      await pause(3);
    }
    await flush(30_000);
  },
  async stalled() {
    stall();
    burst(10_000);
    await turn();
    await turn();
    const before = process.memoryUsage().rss;
    for (let lot = 0; lot < 200; lot++) {
      burst(5000);
      await turn();
    }
    memory = process.memoryUsage().rss - before;
    await flush(200);
  },
  /** What a worker was given that is not up yet is taken back, and its memory may hold other calls when it is. */
  async reuse() {
    createPanoptic({ maxWaitTimeMs: 1 });
    do {
      burst(1 + (calls % 7));
      await pause(3);
      process.emit('beforeExit', 0);
    } while (stats().worker.state !== 'running');
    burst(3);
    await flush(30_000);
  },
  /** A site that no message can carry. */
  async unsendable() {
    burst(10);
    const odd = site(1, { ...handle.info, id: 'odd', odd() {} });
    for (let n = 0; n < 10; n++, calls++) odd.begin().end();
    await turn();
    await turn();
    burst(10);
    await flush(30_000);
  },
  /** What the application has instead of clocks and timers does nothing. A timer of ours that nobody stops holds up the end. */
  async replaced() {
    burst(10);
    const nothing = () => undefined;
    for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask']) {
      globalThis[name] = nothing;
    }
    performance.now = Date.now = () => 0;
    burst(3000);
    await flush(600_000);
    burst(10);
    await close(600_000);
    burst(10);
    await flush(600_000);
  },
  /** The folder it was started in is gone, and no worker can be found. */
  async nowhere() {
    const folder = mkdtempSync(join(tmpdir(), 'panoptic-'));
    process.chdir(folder);
    rmSync(folder, { recursive: true });
    burst(10);
    await turn();
    await turn();
    burst(10);
    await flush(30_000);
  },
  /** No turn of the event loop for longer than the bound of what may wait. */
  async block() {
    burst(10);
    await flush(30_000);
    const until = performance.now() + 2000;
    while (performance.now() < until) burst(20);
    await flush(30_000);
  },
};
process.on('exit', () => writeFileSync(report, JSON.stringify({ calls, memory, stats: stats() })));
await ways[way]();
`;

interface Told {
  calls: number;
  memory: number;
  stats: { recorded: number; dropped: number; waiting: number; worker: { state: string } };
}

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(dirname(script), { recursive: true, force: true }));

async function run(way: string, program: string = script) {
  const dir = mkdtempSync(join(dirname(script), 'log-'));
  const report = join(dirname(script), `report-${way}`);
  const { code, stderr } = await runChild(program, [report, way], { PANOPTIC_DIR: dir, PANOPTIC_QUIET: '1' });
  const ids = new Set<string>();
  let stored = 0;
  for await (const { doc } of readLog(dir)) {
    ids.add(decodeEvent(doc)._id.toHexString());
    stored++;
  }
  const told = JSON.parse(readFileSync(report, 'utf8')) as Told;
  expect(told.stats.recorded).toBe(told.calls);
  expect({ code, stored, waiting: told.stats.waiting }).toEqual({ code: 0, stored: ids.size, waiting: 0 });
  return { ...told, stderr, stored };
}

test('batches that are sealed early do not fill the memory while the worker starts', async () => {
  const { stats, stderr, stored, calls } = await run('start');
  expect({ stderr, stored, dropped: stats.dropped }).toEqual({ stderr: '', stored: calls, dropped: 0 });
  expect(stats.worker.state).toBe('running');
});

test('a worker that never answers costs bounded memory; what is beyond is counted and said, and the rest is in the log', async () => {
  const { stats, stderr, stored, calls, memory } = await run('stalled');
  expect(stderr).toMatch(/Panoptic PAN6502: \d+ events lost so far/);
  expect(stats.dropped).toBeGreaterThan(calls / 2);
  expect(stored).toBe(calls - stats.dropped);
  expect(stored).toBeGreaterThanOrEqual(63 * 1024);
  // a million calls of 28 bytes; what may wait is 64 batches
  expect(memory).toBeLessThan(64 * 1024 * 1024);
});

test('what is taken back from a worker that starts is delivered once', async () => {
  const { stored, calls, stats } = await run('reuse');
  expect({ stored, dropped: stats.dropped }).toEqual({ stored: calls, dropped: 0 });
});

test('the worker takes what an application calls that never comes to rest', async () => {
  const { stats, stored, calls } = await run('block');
  expect(stored).toBe(calls - stats.dropped);
  // more than could wait
  expect(stored).toBeGreaterThan(65 * 1024);
});

test('what no message can carry is delivered by the thread of the application', async () => {
  const { stored, calls, stderr } = await run('unsendable');
  expect({ stored, stderr }).toEqual({ stored: calls, stderr: '' });
});

test('clocks and timers that somebody has replaced change nothing, and hold up no end', async () => {
  const { stored, calls, stderr } = await run('replaced');
  expect({ stored, stderr }).toEqual({ stored: calls, stderr: '' });
});

test('a process whose folder was deleted, and that finds no worker, delivers by itself', async () => {
  const alone = join(scratchFolder(), 'child.mjs');
  copyFileSync(script, alone);
  const { stored, calls, stderr, stats } = await run('nowhere', alone);
  expect({ stored, stderr, state: stats.worker.state }).toEqual({ stored: calls, stderr: '', state: 'in-thread' });
});
