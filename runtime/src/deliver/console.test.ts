import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { plainEnvironment } from '../../../fixtures/tools/bundle.ts';
import { buildChild } from '../../../fixtures/tools/child.ts';
import { frozenEvent, sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { ConsoleOutlet } from './console.ts';

function captured(isTTY = false): { stream: Writable & { isTTY: boolean }; out(): string } {
  let out = '';
  const stream = new Writable({
    write(chunk, _, done) {
      out += chunk;
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY }), out: () => out };
}

test('one line an event: JSON, and for a person where a terminal is', async () => {
  const event = sampleEvent({ service: 'two\nlines' });
  const [pipe, terminal] = [captured(), captured(true)];
  for (const { stream } of [pipe, terminal]) {
    const outlet = new ConsoleOutlet(stream);
    const acknowledged = vi.fn();
    outlet.append([frozenEvent(event), frozenEvent(sampleEvent())], acknowledged);
    await outlet.flush();
    expect(acknowledged).toHaveBeenCalledOnce();
    expect(outlet.stats()).toEqual({ accepted: 2, delivered: 2, dropped: 0, pending: 0, failures: 0 });
  }
  const lines = pipe.out().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([event, {}]);
  expect(terminal.out()).toContain('ask');
  expect(terminal.out()).not.toContain('"v":1');
});

test('what is no event is counted, and the others are shown', async () => {
  const { stream, out } = captured();
  const outlet = new ConsoleOutlet(stream);
  outlet.append([{ ...frozenEvent(sampleEvent()), doc: Buffer.from('nothing') }, frozenEvent(sampleEvent())]);
  await outlet.close();
  expect(out().trimEnd().split('\n')).toHaveLength(1);
  expect(outlet.stats()).toMatchObject({ delivered: 1, dropped: 1, pending: 0 });
});

const CHILD = `
import { serialize, ObjectId } from 'bson';
import { ConsoleOutlet } from './deliver/console.ts';

const outlet = new ConsoleOutlet();
const append = () => {
  const _id = new ObjectId();
  const doc = serialize({ _id, v: 1, ts: new Date(), quantity: 1, outcome: 'ok', metadata: { function_name: 'f', duration_ms: 1 } });
  outlet.append([{ id: String(_id), database: 'd', collection: 'c', doc }]);
};
let rounds = 0;
const timer = setInterval(() => {
  for (let n = 0; n < 50; n++) append();
  const { dropped } = outlet.stats();
  if (dropped === 0 || ++rounds < 10) return;
  clearInterval(timer);
  process.exitCode = 7;
}, 5);
`;

/** Exits in the turn in which a pipe has taken a few lines, and a part of many. */
const HASTY = `
import { serialize, ObjectId } from 'bson';
import { ConsoleOutlet } from './deliver/console.ts';

const outlet = new ConsoleOutlet();
const append = (count) => outlet.append(Array.from({ length: count }, () => {
  const _id = new ObjectId();
  const doc = serialize({ _id, v: 1, ts: new Date(), quantity: 1, outcome: 'ok', metadata: { function_name: 'f', duration_ms: 1 } });
  return { id: String(_id), database: 'd', collection: 'c', doc };
}));
process.on('exit', () => outlet.closeSync());
for (const count of [5, 5, 1000, 990]) append(count);
process.exit();
`;

/** An application with one annotated function, as generated code calls it. */
const APPLICATION = `
import { site } from './instrument/node.ts';

const handle = site(1, {
  id: 's', name: 'work', file: 'work.ts', line: 1, kind: 'function', async: false, provider: 'System', category: 'SYSTEM',
});
function work() { const call = handle.begin(); try { return call.returned(1); } finally { call.end(); } }
for (let n = 0; n < 2000; n++) work();
if (process.argv[2] === 'exit') process.exit(4);
`;

let script = '';
let application = '';
let hasty = '';
beforeAll(async () => {
  [script, application, hasty] = await Promise.all([CHILD, APPLICATION, HASTY].map(buildChild));
});
afterAll(() => {
  for (const each of [script, application, hasty]) rmSync(path.dirname(each), { recursive: true, force: true });
});

test.each([
  ['end', 0],
  ['exit', 4],
])('%s: every event of an application is on its stdout when it has ended, and nothing on disk', (way, code) => {
  const cwd = path.dirname(application);
  const env = plainEnvironment({ PANOPTIC_TRANSPORT: 'console', PANOPTIC_DIR: path.join(cwd, 'log') });
  const { stdout, stderr, status } = spawnSync(process.execPath, [application, way], { cwd, env, encoding: 'utf8' });
  expect(status, stderr).toBe(code);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events).toHaveLength(2000);
  expect(events[0]).toMatchObject({ v: 1, metadata: { function_name: 'work' } });
  expect(stderr).toMatch(/^Panoptic: events of \S+ go to stdout$/m);
  expect(readdirSync(cwd)).not.toContain('log');
});

test.skipIf(process.platform === 'win32').each([
  ['all of it', () => application],
  ['what came after a few lines', () => hasty],
])('every event arrives, too, where the reader is slower than the process ends: %s', (_, program) => {
  const env = plainEnvironment({ PANOPTIC_TRANSPORT: 'console', PANOPTIC_QUIET: '1' });
  // a pipe holds a tenth of it
  const line = `"${process.execPath}" "${program()}" exit | { sleep 1; cat; }`;
  const { stdout } = spawnSync('sh', ['-c', line], { env, encoding: 'utf8', maxBuffer: 2 ** 24 });
  const lines = stdout.trimEnd().split('\n');
  expect(new Set(lines.map((text) => JSON.parse(text)._id)).size).toBe(2000);
  expect(lines).toHaveLength(2000);
});

test('a stdout that is closed is counted and said once, and the application goes on', async () => {
  const child = spawn(process.execPath, [script], { env: plainEnvironment({}), stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(7);
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/PAN6533.*EPIPE/)]);
});
