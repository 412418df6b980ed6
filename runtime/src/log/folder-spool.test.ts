import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deserialize } from 'bson';
import { expect, test } from 'vitest';
import { numberedEvents, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { EventLog } from './event-log.ts';
import { FolderSpool } from './folder-spool.ts';
import { quarantineFolder, segmentPath, segmentsOf } from './layout.ts';
import { readLog } from './reader.ts';

/** A log of `count` events in segments of about three. */
function spooled(count: number): { dir: string; log: EventLog; folder: string; spool(): FolderSpool } {
  const dir = scratchFolder();
  const destination = { transport: 'mongodb', destination: 'nowhere' } as const;
  const log = new EventLog({ dir, role: 'spool', destination, segmentBytes: 250 });
  for (const n of range(0, count)) log.append(numberedEvents(n, n + 1));
  const folder = log.folder ?? '';
  const isSealed = (segment: number): boolean => log.isSealed(segment);
  return { dir, log, folder, spool: () => new FolderSpool(folder, { isSealed, live: true }) };
}

const numbers = (spool: FolderSpool, max: number): number[] => spool.peek(max).map(({ doc }) => deserialize(doc).n);

test('events stay until they are settled, and the next spool goes on behind them', () => {
  const { spool } = spooled(20);
  const first = spool();
  expect(numbers(first, 4)).toEqual(range(0, 4));
  first.settle(0);
  expect(numbers(first, 12)).toEqual(range(0, 12));
  first.settle(12);
  expect(numbers(first, 100)).toEqual(range(12, 20));
  // the cursor may lag inside a segment, never run ahead
  const again = numbers(spool(), 100);
  expect(again).toEqual(range(again[0] ?? 0, 20));
  expect(again[0]).toBeLessThanOrEqual(12);
  expect(again[0]).toBeGreaterThan(6);
});

test('segments go when all of them has arrived, and what is appended later is found', () => {
  const { spool, log, folder } = spooled(20);
  const before = segmentsOf(folder);
  const shipping = spool();
  shipping.peek(10);
  shipping.settle(10);
  const left = segmentsOf(folder);
  expect(left.length).toBeLessThan(before.length);
  expect(left).toEqual(before.slice(-left.length));
  shipping.peek(100);
  shipping.settle(10);
  expect(shipping.isEmpty()).toBe(true);
  log.append(numberedEvents(20, 22));
  expect(numbers(shipping, 100)).toEqual([20, 21]);
});

test('a reader sees what is still on its way, and not what stays on disk after it has arrived', async () => {
  const { dir, spool } = spooled(2);
  const onTheirWay = async (): Promise<number> => {
    let count = 0;
    for await (const _ of readLog(dir)) count++;
    return count;
  };
  expect(await onTheirWay()).toBe(2);
  const shipping = spool();
  shipping.peek(100);
  shipping.settle(2);
  expect(await onTheirWay()).toBe(0);
});

test('a lost or damaged cursor ships again and loses nothing', () => {
  const { spool, folder } = spooled(5);
  const shipping = spool();
  shipping.peek(2);
  shipping.settle(2);
  for (const content of ['', 'x y', '-']) {
    writeFileSync(path.join(folder, 'cursor'), content);
    expect(numbers(spool(), 100)).toEqual(range(0, 5));
  }
});

test('changed bytes are in the quarantine before their segment is deleted', () => {
  const { dir, spool, folder } = spooled(12);
  const file = segmentPath(folder, 2);
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30);
  writeFileSync(file, bytes);
  const shipping = spool();
  expect(numbers(shipping, 100)).toHaveLength(11);
  shipping.settle(11);
  expect(existsSync(file)).toBe(false);
  const [kept = ''] = readdirSync(quarantineFolder(dir));
  expect(bytes.includes(readFileSync(path.join(quarantineFolder(dir), kept)))).toBe(true);
});
