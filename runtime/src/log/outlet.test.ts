import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deserialize } from 'bson';
import { expect, test } from 'vitest';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { readDestination } from './destination.ts';
import { ownerFolders, segmentsOf } from './layout.ts';
import { logOutlet } from './outlet.ts';
import { readLog } from './reader.ts';

/** For a machine that is busy with other things. */
const BUSY = { timeout: 60_000 };

test('events are in the log when append returns, and stay after close', async () => {
  const dir = path.join(scratchFolder(), '.panoptic');
  const transport = logOutlet({ dir });
  expect(() => readdirSync(dir)).toThrow();
  transport.append(numberedEvents(0, 700));
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 700));
  transport.append(numberedEvents(700, 701));
  await transport.close(1000);
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 701));
  expect(transport.stats()).toMatchObject({ accepted: 701, delivered: 701, dropped: 0, pending: 0, failures: 0 });
  expect(transport.stats().log).toMatchObject({ segments: 1, refused: 0, droppedBySize: 0, droppedByAge: 0 });
  expect(readFileSync(path.join(dir, '.gitignore'), 'utf8')).toBe('*\n');
  expect(readDestination(dir)).toMatchObject({ transport: 'log', destination: dir });
  expect(readdirSync(dir, { recursive: true }).filter((name) => /\.js(on)?$/.test(String(name)))).toEqual([]);
});

test('full segments are followed by others, and numbers go on', async () => {
  const dir = scratchFolder();
  const transport = logOutlet({ dir, segmentBytes: 1000 });
  for (const n of range(0, 60)) transport.append(numberedEvents(n, n + 1));
  const [folder = ''] = ownerFolders(dir);
  expect(segmentsOf(folder).length).toBeGreaterThan(3);
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 60));
});

test('an event after close begins another folder', async () => {
  const dir = scratchFolder();
  const transport = logOutlet({ dir });
  transport.append(numberedEvents(0, 1));
  transport.closeSync();
  transport.append(numberedEvents(1, 2));
  expect(ownerFolders(dir)).toHaveLength(2);
  expect((await numbersOf(readLog(dir))).sort()).toEqual([0, 1]);
});

test('a reader that follows sees what is appended later and what the writer has only half written', async () => {
  const dir = scratchFolder();
  const transport = logOutlet({ dir });
  transport.append(numberedEvents(0, 2));
  const [folder = ''] = ownerFolders(dir);
  const source = scratchFolder();
  const other = logOutlet({ dir: source });
  other.append(numberedEvents(2, 3));
  const record = readFileSync(path.join(ownerFolders(source)[0] ?? '', '00000001.seg'));
  appendFileSync(path.join(folder, '00000001.seg'), record.subarray(0, 30));
  const problems: unknown[] = [];
  const stop = new AbortController();
  const numbers: number[] = [];
  const reading = (async () => {
    const onProblem = (problem: unknown): number => problems.push(problem);
    for await (const { doc } of readLog(dir, { follow: true, pollMs: 5, signal: stop.signal, onProblem })) {
      numbers.push(deserialize(doc).n);
    }
  })();
  await expect.poll(() => numbers, BUSY).toEqual([0, 1]);
  appendFileSync(path.join(folder, '00000001.seg'), record.subarray(30));
  await expect.poll(() => numbers, BUSY).toEqual([0, 1, 2]);
  transport.append(numberedEvents(3, 4));
  await expect.poll(() => numbers, BUSY).toEqual([0, 1, 2, 3]);
  stop.abort();
  await reading;
  expect(problems).toEqual([]);
});

test('a folder that cannot be written: events wait in memory, bounded, and are written when it can', async () => {
  const parent = path.join(scratchFolder(), 'file');
  writeFileSync(parent, 'not a folder');
  const dir = path.join(parent, '.panoptic');
  const transport = logOutlet({ dir, maxMemoryBytes: 5000, retryMs: 10 });
  const events = numberedEvents(0, 300);
  const room = Math.floor(5000 / (events[0]?.doc.length ?? 1));
  transport.append(events);
  expect(transport.stats()).toMatchObject({ accepted: 300, delivered: 0, pending: room, dropped: 300 - room });
  expect(transport.stats().failures).toBeGreaterThan(0);
  rmSync(parent);
  await expect.poll(() => transport.stats().pending, BUSY).toBe(0);
  expect(await numbersOf(readLog(dir))).toEqual(range(0, room));
});

test('what waits in memory when the log is closed is written as soon as that is possible', async () => {
  const parent = path.join(scratchFolder(), 'file');
  writeFileSync(parent, 'not a folder');
  const dir = path.join(parent, '.panoptic');
  const transport = logOutlet({ dir, retryMs: 10 });
  let acknowledged = 0;
  transport.append(numberedEvents(0, 300), () => acknowledged++);
  await transport.close(1000);
  expect(transport.stats()).toMatchObject({ delivered: 0, pending: 300 });
  rmSync(parent);
  await expect.poll(() => acknowledged, BUSY).toBe(1);
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 300));
  // and closed again: whoever comes next need not look for its writer
  await expect.poll(() => readdirSync(ownerFolders(dir)[0] ?? ''), BUSY).toContain('checked');
});

test('a folder that is removed under a running process is made again', async () => {
  const dir = path.join(scratchFolder(), '.panoptic');
  const transport = logOutlet({ dir, retryMs: 10 });
  transport.append(numberedEvents(0, 1));
  rmSync(dir, { recursive: true });
  transport.append(numberedEvents(1, 3));
  await expect.poll(() => transport.stats().pending, BUSY).toBe(0);
  expect(await numbersOf(readLog(dir))).toEqual([1, 2]);
});
