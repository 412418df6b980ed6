import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildChild, type Ended, runChild } from '../../../fixtures/tools/child.ts';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { decodeEvent } from '../event/document.ts';
import { readLog } from '../log/reader.ts';

const mongo = await mongoForTests('the end of a process that ships to MongoDB');

/** An application with one annotated function, as generated code calls it; `argv[2]` is how it ends. */
const CHILD = `
import { site } from './instrument/node.ts';
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { createPanoptic, flush } from './index.ts';

const handle = site(1, {
  id: 's', name: 'work', file: 'work.ts', line: 1, kind: 'function', async: false, provider: 'System', category: 'SYSTEM',
});
function work() { const call = handle.begin(); try { return call.returned(1); } finally { call.end(); } }

/** Hears of the parent's signals, and keeps the process alive as a server would. */
function serve() { setInterval(() => {}, 1000); process.stdout.write('ready'); }

const ways = {
  end() { work(); },
  burst() { createPanoptic({ maxPendingBatches: 1 }); for (let i = 0; i < 3000; i++) work(); },
  exit() { work(); process.exit(3); },
  throw() { work(); throw new Error('of the application'); },
  reject() { work(); Promise.reject(new Error('of the application')); },
  signal() { work(); serve(); },
  own() {
    work();
    process.on('SIGTERM', () => { work(); process.exit(7); });
    serve();
  },
  once() {
    work();
    // what the package signal-exit does: it ends the process only where nobody else listens
    const listener = () => {
      if (process.listeners('SIGTERM').length > 1) return;
      process.off('SIGTERM', listener);
      process.kill(process.pid, 'SIGTERM');
    };
    process.on('SIGTERM', listener);
    serve();
  },
  configured() { createPanoptic({ project: 'by option', env: 'boot' }); work(); },
  late() { work(); createPanoptic({ project: 'by option', env: 'boot' }); },
  disabled() { createPanoptic({ disabled: true }); work(); },
  async disabledLate() { work(); createPanoptic({ disabled: true }); work(); await flush(); work(); },
  async flushed() { work(); await flush(); process.kill(process.pid, 'SIGKILL'); },
  worker() { new Worker(new URL(import.meta.url), { workerData: 'end' }); },
  listener() { work(); process.on('exit', () => work()); },
  kept() {
    let socket;
    const send = async () => { socket ??= setInterval(() => {}, 1000); return {}; };
    createPanoptic({ transport: { version: 1, name: 'kept', destination: 'kept', send, close: () => clearInterval(socket) } });
    work();
  },
};
ways[isMainThread ? process.argv[2] : workerData]();
`;

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(dirname(script), { recursive: true, force: true }));

/** Runs the application to its end; `events` are `projectId` and function of what is in its log. */
async function run(
  way: string,
  { kill, env }: { kill?: NodeJS.Signals; env?: Record<string, string> } = {},
): Promise<Ended & { events: string[] }> {
  const dir = mkdtempSync(join(dirname(script), 'log-'));
  const ended = await runChild(script, [way], { PANOPTIC_DIR: dir, PANOPTIC_PROJECT: 'my-app', ...env }, kill);
  const events: string[] = [];
  for await (const { doc } of readLog(dir)) {
    const { projectId, metadata } = decodeEvent(doc);
    events.push(`${projectId} ${metadata.function_name}`);
  }
  return { ...ended, events };
}

const EVENT = 'my-app work';

describe('an application ends as it would without us, and its events are on disk', () => {
  test('when there is nothing left to do', async () => {
    const { code, signal, events, stderr } = await run('end');
    expect({ code, signal, events }).toEqual({ code: 0, signal: null, events: [EVENT] });
    expect(stderr).toMatch(/^Panoptic: events of my-app go to .+; see them with: npx panoptic report\n$/);
  });

  test('with process.exit() right after the call', async () => {
    expect(await run('exit')).toMatchObject({ code: 3, signal: null, events: [EVENT] });
  });

  test.each(['throw', 'reject'])('with an uncaught error (%s)', async (way) => {
    const { code, events, stderr } = await run(way);
    expect({ code, events }).toEqual({ code: 1, events: [EVENT] });
    expect(stderr).toContain('of the application');
  });

  test('with a last call inside an exit listener', async () => {
    expect(await run('listener')).toMatchObject({ code: 0, events: [EVENT, EVENT] });
  });

  test('in a worker thread', async () => {
    expect(await run('worker')).toMatchObject({ code: 0, events: [EVENT] });
  });

  test.each(['disabled', 'disabledLate'])('with nothing on disk where it is switched off (%s)', async (way) => {
    expect(await run(way)).toMatchObject({ code: 0, events: [], stderr: '' });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('with %s', async (signal) => {
    const ended = await run('signal', { kill: signal });
    expect(ended).toMatchObject({ code: null, signal, events: [EVENT] });
  });

  test('with SIGTERM and a listener of its own, which records one more call', async () => {
    const ended = await run('own', { kill: 'SIGTERM' });
    expect(ended).toMatchObject({ code: 7, signal: null, events: [EVENT, EVENT] });
  });

  test('with SIGTERM and a listener that acts only when it is alone', async () => {
    const ended = await run('once', { kill: 'SIGTERM' });
    expect(ended).toMatchObject({ code: null, signal: 'SIGTERM', events: [EVENT] });
  });
});

test('what was flushed survives SIGKILL', async () => {
  expect(await run('flushed')).toMatchObject({ signal: 'SIGKILL', events: [EVENT] });
});

test.each(['configured', 'late'])('createPanoptic at boot wins over the environment (%s)', async (way) => {
  expect(await run(way)).toMatchObject({ code: 0, events: ['by option work'] });
});

test('PANOPTIC_QUIET=1 silences the line about the place', async () => {
  expect(await run('end', { env: { PANOPTIC_QUIET: '1' } })).toMatchObject({ stderr: '', events: [EVENT] });
});

test.each(['1', 'true'])('PANOPTIC_DISABLED=%s leaves nothing on disk and says nothing', async (PANOPTIC_DISABLED) => {
  expect(await run('end', { env: { PANOPTIC_DISABLED } })).toMatchObject({ code: 0, stderr: '', events: [] });
});

test('a bad variable is said by name, and its default used', async () => {
  const { code, stderr, events } = await run('end', {
    env: { PANOPTIC_MAX_WAIT_TIME_MS: 'soon', PANOPTIC_QUIET: '1' },
  });
  expect({ code, events }).toEqual({ code: 0, events: [EVENT] });
  expect(stderr).toBe(
    'Panoptic PAN4101: PANOPTIC_MAX_WAIT_TIME_MS must be a whole number from 1 to 3600000. The default is used.\n',
  );
});

test('a transport lets go as soon as everything is delivered, and not only after its rest', async () => {
  const restless = `const real = setTimeout; globalThis.setTimeout = (f, ms, ...args) => real(f, ms === 1500 ? 2 ** 30 : ms, ...args);`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(restless)}` };
  expect(await run('kept', { env })).toMatchObject({ code: 0, stderr: expect.not.stringContaining('PAN') });
});

test('a variable that nobody reads is said by name', async () => {
  const { code, stderr } = await run('end', { env: { PANOPTIC_QIUET: '1' } });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^Panoptic PAN4105: PANOPTIC_QIUET is no variable of Panoptic .*PANOPTIC_QUIET/m);
  expect(stderr).not.toContain('PANOPTIC_TEST_');
});

test('the process says at its end how many events it lost', async () => {
  const { stderr, events } = await run('burst', { env: { PANOPTIC_QUIET: '1' } });
  expect(stderr).toMatch(/^Panoptic PAN6502: 1024 events lost so far/);
  expect(stderr).toContain(`\nPanoptic PAN6502: ${3000 - events.length} of 3000 events were lost in this process`);
});

test('under a test runner nothing is written to disk', async () => {
  const { code, stderr, events } = await run('end', { env: { PANOPTIC_DIR: '', VITEST: 'true' } });
  expect({ code, stderr, events }).toEqual({ code: 0, stderr: '', events: [] });
});

describe.skipIf(!mongo)('shipping to MongoDB', () => {
  const client = new MongoClient(mongo?.uri ?? '');
  beforeAll(async () => void (await client.connect()));
  afterAll(() => client.close());

  const ways: [string, { kill?: NodeJS.Signals }, Partial<Ended>][] = [
    ['end', {}, { code: 0, signal: null }],
    ['signal', { kill: 'SIGTERM' }, { code: null, signal: 'SIGTERM' }],
    ['flushed', {}, { signal: 'SIGKILL' }],
  ];
  test.each(ways)('%s: the process ends by itself, and the event has arrived', async (way, options, ending) => {
    /** Whether the event is in MongoDB, and no longer in the folder, which a kill right after a flush may leave there. */
    const arrives = async (): Promise<boolean> => {
      const stage = mongo?.env() ?? '';
      const env = { PANOPTIC_MONGODB_URI: mongo?.uri ?? '', PANOPTIC_ENV: stage };
      const { events, ...ended } = await run(way, { ...options, env });
      expect(ended).toMatchObject(ending);
      const arrived = await client.db(`panoptic-${stage}`).collection('system_default').countDocuments();
      expect(arrived + events.length).toBeGreaterThanOrEqual(1);
      return arrived === 1 && (way === 'flushed' || events.length === 0);
    };
    // the end of a process waits two seconds for MongoDB: on a busy machine that may once be too short
    let tries = 1;
    while (!(await arrives())) expect(++tries).toBeLessThanOrEqual(5);
  });

  test('process.exit() leaves the event in the folder, and the next process ships it', async () => {
    const stage = mongo?.env() ?? '';
    const dir = mkdtempSync(join(dirname(script), 'spool-'));
    const env = { PANOPTIC_MONGODB_URI: mongo?.uri ?? '', PANOPTIC_ENV: stage, PANOPTIC_DIR: dir };
    expect(await run('exit', { env })).toMatchObject({ code: 3 });
    const collection = client.db(`panoptic-${stage}`).collection('system_default');
    expect(await collection.countDocuments()).toBe(0);
    let runs = 0;
    do {
      expect(++runs).toBeLessThanOrEqual(5);
      expect(await run('end', { env })).toMatchObject({ code: 0 });
    } while ((await collection.countDocuments()) !== 1 + runs);
  });
});

// the driver itself would try for thirty seconds
test('an unreachable MongoDB does not hold up the end for long, and the event is on disk', {
  timeout: 20_000,
}, async () => {
  const uri = 'mongodb://canary:canary@127.0.0.1:9/';
  const { code, events, stderr } = await run('end', { env: { PANOPTIC_MONGODB_URI: uri } });
  expect({ code, events }).toEqual({ code: 0, events: [EVENT] });
  expect(stderr).not.toContain('canary');
  // and not that we closed the connection
  expect(stderr).toContain('cannot be reached: connect ECONNREFUSED 127.0.0.1:9.');
});
