import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildChild, runChild } from '../../../../fixtures/tools/child.ts';
import { mongoForTests } from '../../../../fixtures/tools/mongodb-test.ts';
import { decodeEvent } from '../../event/document.ts';
import { readLog } from '../../log/reader.ts';

const mongo = await mongoForTests('processes that end while a worker ships to MongoDB');

/** An application whose worker runs when it ends. It writes down how often it called, as its last act. */
const CHILD = `
import { writeFileSync } from 'node:fs';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { site } from './instrument/node.ts';
import { close, createPanoptic, flush, stats } from './index.ts';

const handle = site(1, {
  id: 's', name: 'work', file: 'work.ts', line: 1, kind: 'function', async: false, provider: 'System', category: 'SYSTEM',
  onStart: (quantity) => ({ quantity }),
});
let calls = 0;
const burst = (count) => { for (let n = 0; n < count; n++) handle.beginWith(++calls).end(); };
const [report, way] = process.argv.slice(2);

/** Calls all the time, as a server under load. */
async function load() {
  for (;;) {
    burst(50);
    await pause(1);
  }
}

const ways = {
  async end() { burst(5000); },
  async nothing() {},
  async exit() { burst(5000); process.exit(3); },
  async turned() { burst(5000); await turn(); await turn(); process.exit(3); },
  async throw() { burst(5000); throw new Error('of the application'); },
  async signal() { setTimeout(() => process.stdout.write('ready'), 100); await load(); },
  async own() {
    process.on('SIGTERM', () => { burst(10); process.exit(7); });
    setTimeout(() => process.stdout.write('ready'), 100);
    await load();
  },
  async close() { burst(5000); await close(); },
  async closed() { burst(10); await close(); burst(10); await turn(); },
};
await createPanoptic();
burst(1);
// a top-level await that only the worker can end
await flush();
if (stats().worker.state !== 'running') throw new Error(JSON.stringify(stats()));
process.on('exit', () => writeFileSync(report, JSON.stringify({ calls, stats: stats() })));
await ways[way]();
`;

interface Told {
  calls: number;
  stats: { recorded: number; dropped: number; waiting: number };
}

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(dirname(script), { recursive: true, force: true }));

async function run(way: string, { kill, env }: { kill?: NodeJS.Signals; env?: Record<string, string> } = {}) {
  const dir = mkdtempSync(join(dirname(script), 'log-'));
  const report = join(dirname(script), `report-${way}`);
  const variables = { PANOPTIC_DIR: dir, PANOPTIC_QUIET: '1', PANOPTIC_MAX_PENDING_BATCHES: '4096', ...env };
  const ended = await runChild(script, [report, way], variables, kill);
  // a signal ends a process without its last act
  const { calls, stats } = (existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}) as Partial<Told>;
  const numbers: number[] = [];
  for await (const { doc } of readLog(dir)) numbers.push(Number(decodeEvent(doc).quantity));
  const folders = readdirSync(join(dir, 'log')).map((name) => readdirSync(join(dir, 'log', name)));
  return { ...ended, calls, stats, numbers, folders };
}

const each = (calls = 0): number[] => Array.from({ length: calls }, (_, index) => index + 1);
const sorted = (numbers: number[]): number[] => numbers.sort((a, b) => a - b);

describe('a process whose worker runs ends as it would without us, every event once in its log', () => {
  const ways: [string, { kill?: NodeJS.Signals }, { code: number | null; signal: string | null }][] = [
    ['nothing', {}, { code: 0, signal: null }],
    ['end', {}, { code: 0, signal: null }],
    ['exit', {}, { code: 3, signal: null }],
    ['turned', {}, { code: 3, signal: null }],
    ['throw', {}, { code: 1, signal: null }],
    ['own', { kill: 'SIGTERM' }, { code: 7, signal: null }],
    ['close', {}, { code: 0, signal: null }],
  ];
  test.each(ways)('%s %o', async (way, options, ending) => {
    const { stderr, calls, stats, numbers, folders, ...ended } = await run(way, options);
    expect(ended).toMatchObject(ending);
    expect(stderr).not.toContain('Panoptic');
    expect(stats).toMatchObject({ recorded: calls, dropped: 0, waiting: 0 });
    expect(sorted(numbers)).toEqual(each(calls));
    // `checked` tells the next process that there is nothing to repair; at an exit, the worker has not for ever to write it
    if (way === 'close') expect(folders.filter((files) => !files.includes('checked'))).toEqual([]);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s, which nobody listens to, under load', async (kill) => {
    const { numbers, stderr, ...ended } = await run('signal', { kill });
    expect(ended).toMatchObject({ code: null, signal: kill });
    expect(stderr).not.toContain('Panoptic');
    // calls went on until the process ended: none is missing before the last one
    expect(sorted(numbers)).toEqual(each(numbers.length));
    expect(numbers.length).toBeGreaterThan(1);
  });

  test('a call after close() is delivered, too', async () => {
    const { code, calls, numbers } = await run('closed');
    expect({ code, numbers: sorted(numbers) }).toEqual({ code: 0, numbers: each(calls) });
  });
});

describe.skipIf(!mongo)('on the way to MongoDB', () => {
  const client = new MongoClient(mongo?.uri ?? '');
  beforeAll(async () => void (await client.connect()));
  afterAll(() => client.close());

  test.each(['end', 'exit', 'throw'])('%s: what has not arrived is in the folder', async (way) => {
    const stage = mongo?.env() ?? '';
    const env = { PANOPTIC_MONGODB_URI: mongo?.uri ?? '', PANOPTIC_ENV: stage };
    const { calls, numbers } = await run(way, { env });
    const documents = await client.db(`panoptic-${stage}`).collection('system_default').find().toArray();
    const stored = documents.map(({ quantity }) => Number(quantity));
    // what was under way when the process ended may be in both
    expect(sorted([...new Set([...numbers, ...stored])])).toEqual(each(calls));
    expect(new Set(stored).size).toBe(stored.length);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(stored.length).toBeGreaterThan(0);
  });
});
