import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { ownerFolders, quarantineFolder, segmentPath, segmentsOf } from './layout.ts';
import { logOutlet } from './outlet.ts';
import { type Owner, ownOwner, writeOwner } from './owner.ts';
import { type LogProblem, readLog } from './reader.ts';
import { repairLog } from './repair.ts';

/** Twenty events in several segments, whose writer did not come to close them. By default it is gone. */
function crashedLog(owner: Partial<Owner> = { pid: spawnSync(process.execPath, ['--version']).pid }): {
  dir: string;
  segment(index: number): string;
} {
  const dir = scratchFolder();
  const transport = logOutlet({ dir, segmentBytes: 300 });
  for (const n of range(0, 20)) transport.append(numberedEvents(n, n + 1));
  const [folder = ''] = ownerFolders(dir);
  writeOwner(folder, { ...ownOwner('store'), ...owner });
  return { dir, segment: (index) => segmentPath(folder, segmentsOf(folder).at(index) ?? 0) };
}

/** What the next process does: it writes one event. Resolves when it has looked through what it found. */
async function nextStart(dir: string): Promise<void> {
  const [crashed = ''] = ownerFolders(dir);
  const transport = logOutlet({ dir });
  transport.append(numberedEvents(100, 101));
  await expect.poll(() => existsSync(path.join(crashed, 'checked')), { timeout: 60_000 }).toBe(true);
  transport.closeSync();
}

async function problemsOf(dir: string): Promise<LogProblem[]> {
  const problems: LogProblem[] = [];
  await numbersOf(readLog(dir, { onProblem: (problem) => problems.push(problem) }));
  return problems;
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

test('a torn end is named, then cut off at the next start', async () => {
  const { dir, segment } = crashedLog();
  const last = segment(-1);
  truncateSync(last, statSync(last).size - 1);
  expect(await problemsOf(dir)).toMatchObject([{ kind: 'torn', offset: expect.any(Number) }]);
  const [{ offset } = { offset: -1 }] = await problemsOf(dir);
  await nextStart(dir);
  expect(statSync(last).size).toBe(offset);
  expect(await problemsOf(dir)).toEqual([]);
  expect(await numbersOf(readLog(dir))).toEqual([...range(0, 19), 100]);
});

test('a changed record is copied into the quarantine once, and the rest is read', async () => {
  const { dir, segment } = crashedLog();
  flip(segment(1), 40);
  await nextStart(dir);
  const [kept = '', ...others] = readdirSync(quarantineFolder(dir));
  expect(others).toEqual([]);
  const [problem] = await problemsOf(dir);
  expect(problem).toMatchObject({ kind: 'corrupt', segment: 2, offset: 0 });
  expect(readFileSync(path.join(quarantineFolder(dir), kept))).toEqual(problem?.bytes);
  const numbers = await numbersOf(readLog(dir));
  expect(numbers).toHaveLength(20);
  await nextStart(dir);
  expect(readdirSync(quarantineFolder(dir))).toEqual([kept]);
});

test('a cut in the middle of the history is corruption, because writing went on after it', async () => {
  const { dir, segment } = crashedLog();
  truncateSync(segment(0), statSync(segment(0)).size - 1);
  await nextStart(dir);
  expect(readdirSync(quarantineFolder(dir))).toHaveLength(1);
  expect(await problemsOf(dir)).toMatchObject([{ kind: 'corrupt', segment: 1 }]);
});

test.each<[string, Partial<Owner>]>([
  ['this process', {}],
  ['another host', { host: 'elsewhere', pid: 1 }],
  ['another pid namespace', { pidNamespace: 'pid:[1]', pid: 1 }],
])('a folder of %s is left alone: an unfinished append is not a problem', async (_, owner) => {
  const { dir, segment } = crashedLog(owner);
  appendFileSync(segment(-1), Buffer.alloc(10, 1));
  const size = statSync(segment(-1)).size;
  logOutlet({ dir }).append(numberedEvents(100, 101));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(statSync(segment(-1)).size).toBe(size);
  expect(await problemsOf(dir)).toEqual([]);
  expect(await numbersOf(readLog(dir))).toEqual([...range(0, 20), 100]);
});

test('the same pid with another start time is another process', async () => {
  if (ownOwner('store').started === '')
    return console.log('Not run: this system does not tell when a process started.');
  const { dir, segment } = crashedLog({ started: '1' });
  appendFileSync(segment(-1), Buffer.alloc(10, 1));
  await nextStart(dir);
  expect(await problemsOf(dir)).toEqual([]);
});

test('a folder that cannot be marked as looked through throws nothing into the application', async () => {
  const { dir } = crashedLog();
  const [crashed = ''] = ownerFolders(dir);
  symlinkSync(path.join(dir, 'nowhere', 'checked'), path.join(crashed, 'checked'));
  expect([...repairLog(dir, ownOwner('store'))]).toEqual([crashed]);
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 20));
});
