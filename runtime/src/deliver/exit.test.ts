import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeEvent } from '../event/document.ts';
import { readLog } from '../log/reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'panoptic-exit-'));
const script = join(folder, 'child.mjs');
const source = join(import.meta.dirname, '..');

/** An application with one annotated function, as generated code calls it; `argv[2]` is how it ends. */
const CHILD = `
import { site } from './instrument/node.ts';
import { createPanoptic, flush } from './index.ts';

const handle = site(1, {
  id: 's', name: 'work', file: 'work.ts', line: 1, kind: 'function', async: false, provider: 'System', category: 'SYSTEM',
});
function work() { const call = handle.begin(); try { return call.returned(1); } finally { call.end(); } }

/** Hears of the parent's signals, and keeps the process alive as a server would. */
function serve() { setInterval(() => {}, 1000); process.stdout.write('ready'); }

const ways = {
  end() { work(); },
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
  async flushed() { work(); await flush(); process.kill(process.pid, 'SIGKILL'); },
  listener() { work(); process.on('exit', () => work()); },
};
ways[process.argv[2]]();
`;

beforeAll(async () => {
  await build({
    stdin: { contents: CHILD, resolveDir: source, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@panoptic/source'],
    external: ['mongodb'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    outfile: script,
    logLevel: 'warning',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
  /** `projectId` and name of the function, in the order of the log. */
  events: string[];
}

async function run(
  way: string,
  whenReady?: (child: ChildProcess) => void,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const dir = mkdtempSync(join(folder, 'log-'));
  const child = spawn(process.execPath, [script, way], {
    env: { PATH: process.env.PATH, PANOPTIC_DIR: dir, PANOPTIC_PROJECT: 'my-app', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.once('data', () => whenReady?.(child));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('close', (...ending) => resolve(ending));
  });
  const events: string[] = [];
  for await (const { doc } of readLog(dir)) {
    const { projectId, metadata } = decodeEvent(doc);
    events.push(`${projectId} ${metadata.function_name}`);
  }
  return { code, signal, stderr, events };
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

  test.each(['SIGTERM', 'SIGINT'] as const)('with %s', async (signal) => {
    const ended = await run('signal', (child) => child.kill(signal));
    expect(ended).toMatchObject({ code: null, signal, events: [EVENT] });
  });

  test('with SIGTERM and a listener of its own, which records one more call', async () => {
    const ended = await run('own', (child) => child.kill('SIGTERM'));
    expect(ended).toMatchObject({ code: 7, signal: null, events: [EVENT, EVENT] });
  });

  test('with SIGTERM and a listener that acts only when it is alone', async () => {
    const ended = await run('once', (child) => child.kill('SIGTERM'));
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
  expect(await run('end', undefined, { PANOPTIC_QUIET: '1' })).toMatchObject({ stderr: '', events: [EVENT] });
});

test('PANOPTIC_DISABLED=1 records nothing and touches nothing', async () => {
  expect(await run('end', undefined, { PANOPTIC_DISABLED: '1' })).toMatchObject({ code: 0, stderr: '', events: [] });
});

test('a bad variable is said by name, and its default used', async () => {
  const { code, stderr, events } = await run('end', undefined, {
    PANOPTIC_MAX_WAIT_TIME_MS: 'soon',
    PANOPTIC_QUIET: '1',
  });
  expect({ code, events }).toEqual({ code: 0, events: [EVENT] });
  expect(stderr).toBe(
    'Panoptic PAN4101: PANOPTIC_MAX_WAIT_TIME_MS must be a whole number from 1 to 3600000. The default is used.\n',
  );
});

test('under a test runner nothing is written to disk', async () => {
  const env = { PANOPTIC_DIR: '', VITEST: 'true', HOME: folder };
  const { code, stderr, events } = await run('end', undefined, env);
  expect({ code, stderr, events }).toEqual({ code: 0, stderr: '', events: [] });
});
