import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildChild, runChild } from '../../../fixtures/tools/child.ts';
import { decodeEvent } from '../event/document.ts';
import { readLog } from '../log/reader.ts';

/**
 * A server that takes numbered events of a client, which sends them again until they are acknowledged, and whose worker
 * dies now and then. At its end it writes down which were acknowledged.
 */
const CHILD = `
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { createPanoptic, flush, stats } from './index.ts';
import { createIngest } from './ingest/index.ts';

const threads = require('node:worker_threads');
const workers = [];
threads.Worker = class extends threads.Worker {
  constructor(...given) { super(...given); workers.push(this); }
};
syncBuiltinESMExports();

const [report, way, worker] = process.argv.slice(2);
createPanoptic({ worker: worker === 'true' });
const ingest = createIngest();
const acknowledged = [];
let sent = 0;
const event = (n) => ({
  v: 1, _id: n.toString(16).padStart(24, '0'), ts: new Date().toISOString(), category: 'SYSTEM', provider: 'System',
  resource: 'work', quantity: n, unit: 'execution', outcome: 'ok', metadata: { function_name: 'work', duration_ms: 1 },
});
const post = (events) => ingest.fetch(new Request('http://server/panoptic', {
  method: 'POST', body: JSON.stringify({ v: 1, sent: new Date().toISOString(), events }),
}));
async function send(count) {
  const events = Array.from({ length: count }, () => event(++sent));
  for (;;) {
    const response = await post(events);
    const { accepted, refused } = await response.json();
    if (response.status !== 202) continue;
    if (accepted !== count) throw new Error(JSON.stringify(refused));
    // now and then the answer does not get through
    if (Math.random() < 0.2) continue;
    acknowledged.push(...events.map(({ quantity }) => quantity));
    return;
  }
}
const random = (below) => Math.floor(Math.random() * below);
process.on('exit', () => writeFileSync(report, JSON.stringify({ sent, acknowledged, stats: stats() })));

if (way === 'terminate') {
  for (let round = 0; round < 12; round++) {
    const lots = Array.from({ length: 5 }, () => send(1 + random(40)));
    const killed = pause(random(40)).then(() => workers.at(-1)?.terminate());
    await Promise.all([...lots, killed]);
  }
  await flush(30_000);
} else if (way === 'exit-unheard') {
  for (let lot = 0; lot < 20; lot++) void send(50);
  for (let n = 0; n < 20; n++) await turn();
  // the worker is up before anybody hears that it is
  for (const end = Date.now() + 1500; Date.now() < end; );
  process.exit(3);
} else {
  await send(10);
  for (let lot = 0; lot < 20; lot++) void send(50);
  await turn();
  if (way === 'exit-killed') void workers.at(-1)?.terminate();
  if (random(2)) await pause(random(5));
  process.exit(3);
}
`;

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(dirname(script), { recursive: true, force: true }));

test.each([
  ['terminate', true, 'process', 0],
  // between the write and the sync there is time to die in
  ['terminate', true, 'disk', 0],
  ['terminate', false, 'disk', 0],
  ['exit', true, 'process', 3],
  ['exit-killed', true, 'disk', 3],
  ['exit', false, 'process', 3],
  ['exit-unheard', true, 'process', 3],
])('what was acknowledged is stored once: %s, worker: %s, %s', async (way, worker, acknowledgement, exitCode) => {
  const folder = mkdtempSync(join(tmpdir(), 'panoptic-ingest-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, 'report.json');
  const dir = join(folder, 'panoptic');
  const env = {
    PANOPTIC_DIR: dir,
    PANOPTIC_TRANSPORT: 'log',
    PANOPTIC_QUIET: '1',
    PANOPTIC_ACKNOWLEDGEMENT: acknowledgement,
  };
  const { code, stderr } = await runChild(script, [report, way, String(worker)], env);
  expect(code, stderr).toBe(exitCode);
  const told = JSON.parse(readFileSync(report, 'utf8')) as {
    sent: number;
    acknowledged: number[];
    stats: { ingest: Record<string, number>; worker: { restarts: number; state: string } };
  };
  const stored: number[] = [];
  for await (const { doc } of readLog(dir)) stored.push(decodeEvent(doc).quantity);
  expect(way === 'exit-unheard' ? stored.length : told.acknowledged.length).toBeGreaterThan(0);
  expect(new Set(stored).size).toBe(stored.length);
  const missing = told.acknowledged.filter((number) => !stored.includes(number));
  expect(missing).toEqual([]);
  expect(told.stats.ingest).toMatchObject({ refused: 0, rejectedRequests: 0 });
  if (way !== 'terminate') return;
  expect(stored).toHaveLength(told.sent);
  expect(told.stats.ingest.repeated).toBeGreaterThan(0);
  expect(told.stats.worker.restarts > 0 || told.stats.worker.state === 'in-thread').toBe(true);
});
