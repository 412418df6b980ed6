import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deserialize } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberedEvents, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { EventLog, type EventLogOptions } from './event-log.ts';
import { type Position, START } from './folder-reader.ts';
import { FolderSpool } from './folder-spool.ts';
import type { Portion } from './in-flight.ts';
import { quarantineFolder, segmentPath, segmentsOf } from './layout.ts';
import { readLog } from './reader.ts';
import type { Entry } from './record.ts';
import { Tail } from './tail.ts';

/** A log of `count` events in segments of about three. */
function spooled(count: number): { dir: string; log: EventLog; folder: string; spool(): FolderSpool } {
  const dir = scratchFolder();
  const destination = { transport: 'mongodb', destination: 'nowhere' } as const;
  const log = new EventLog({ dir, role: 'spool', destination, segmentBytes: 250 });
  for (const n of range(0, count)) log.append(numberedEvents(n, n + 1));
  const folder = log.folder ?? '';
  const isSealed = (segment: number): boolean => log.isSealed(segment);
  return { dir, log, folder, spool: () => new FolderSpool(folder, { isSealed, live: true, cursorMs: 0 }) };
}

const take = (spool: FolderSpool, events: number): Portion => spool.take({ events, bytes: 1 << 20 });
const numbersOfPortion = (portion: Portion): number[] => portion.map(({ entry }) => deserialize(entry.doc).n);
/** Takes and gives back. */
const numbers = (spool: FolderSpool, max: number): number[] => {
  const portion = take(spool, max);
  spool.settle(portion, false);
  return numbersOfPortion(portion);
};
const ship = (spool: FolderSpool, events: number): void => spool.settle(take(spool, events), true);

test('events stay until they are settled, and the next spool goes on behind them', () => {
  const { spool } = spooled(20);
  const first = spool();
  expect(numbers(first, 4)).toEqual(range(0, 4));
  expect(numbers(first, 12)).toEqual(range(0, 12));
  ship(first, 12);
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
  ship(shipping, 10);
  const left = segmentsOf(folder);
  expect(left.length).toBeLessThan(before.length);
  expect(left).toEqual(before.slice(-left.length));
  ship(shipping, 100);
  expect(shipping.isEmpty()).toBe(true);
  log.append(numberedEvents(20, 22));
  expect(numbers(shipping, 100)).toEqual([20, 21]);
});

test('portions may arrive in any order: the cursor follows the oldest that has not, and no segment goes before it has', () => {
  const { spool, folder } = spooled(20);
  const before = segmentsOf(folder);
  const shipping = spool();
  const [first, second, third] = [take(shipping, 5), take(shipping, 5), take(shipping, 5)];
  shipping.settle(third, true);
  shipping.settle(second, true);
  expect(segmentsOf(folder)).toEqual(before);
  expect(numbers(spool(), 100)).toEqual(range(0, 20));
  shipping.settle(first, false);
  expect(numbers(shipping, 100)).toEqual([...range(0, 5), ...range(15, 20)]);
  ship(shipping, 5);
  expect(numbers(spool(), 100)).toEqual(range(15, 20));
  expect(segmentsOf(folder).length).toBeLessThan(before.length);
  expect(shipping.arrived).toBe(15);
});

test('from memory or from disk, in portions that arrive or not: each event arrives once, and a crash loses none', () => {
  const step = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ take: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ settle: fc.nat(5), arrived: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 4000 }), (steps, tailBytes) => {
      const tail = new Tail(START, tailBytes);
      const log: EventLog = new EventLog({
        dir: scratchFolder(),
        role: 'spool',
        destination: { transport: 'mongodb', destination: 'nowhere' },
        segmentBytes: 1500,
        onWritten: (_, entries, after) => tail.push(entries, after),
      });
      log.append(numberedEvents(0, 1));
      const folder = log.folder ?? '';
      const isSealed = (segment: number): boolean => log.isSealed(segment);
      const spool = new FolderSpool(folder, { isSealed, live: true, tail, cursorMs: 0 });
      const arrived: number[] = [];
      const underway: Portion[] = [];
      let appended = 1;
      const settle = (portion: Portion, hasArrived: boolean): void => {
        if (hasArrived) arrived.push(...numbersOfPortion(portion));
        spool.settle(portion, hasArrived);
      };
      for (const todo of steps) {
        if ('append' in todo) log.append(numberedEvents(appended, (appended += todo.append)));
        else if ('take' in todo) underway.push(take(spool, todo.take));
        else for (const portion of underway.splice(todo.settle, 1)) settle(portion, todo.arrived);
      }
      const afterCrash = new FolderSpool(folder, { isSealed, live: false });
      const found = numbersOfPortion(take(afterCrash, 10_000));
      expect([...new Set([...arrived, ...found])].sort((a, b) => a - b)).toEqual(range(0, appended));
      for (const portion of underway) settle(portion, false);
      while (!spool.isEmpty()) settle(take(spool, 7), true);
      expect(arrived.sort((a, b) => a - b)).toEqual(range(0, appended));
      log.close();
    }),
    { numRuns: 40 },
  );
});

test('what lay on disk between is gone: what is still in memory arrives', () => {
  const tail = new Tail(START, 4000);
  const dir = scratchFolder();
  const destination = { transport: 'mongodb', destination: 'nowhere' } as const;
  const onWritten: EventLogOptions['onWritten'] = (_, entries, after) => tail.push(entries, after);
  const log = new EventLog({ dir, role: 'spool', destination, onWritten });
  log.append(numberedEvents(0, 20));
  const folder = log.folder ?? '';
  const spool = (): FolderSpool => new FolderSpool(folder, { isSealed: () => false, live: true, tail });
  expect(numbers(spool(), 5)).toEqual(range(0, 5));
  for (const n of range(20, 30)) log.append(numberedEvents(n, n + 1));
  rmSync(folder, { recursive: true });
  expect(numbers(spool(), 100)).toEqual(range(20, 30));
});

test('nothing is kept for a reader who fell behind, until that is near the end again', () => {
  const one: Entry = { ns: 'a.b', doc: new Uint8Array(100) };
  const tail = new Tail(START, 8 * 100);
  const end = (count: number): Position => ({ segment: 1, offset: count * 100 });
  const write = (from: number, to: number): void => {
    for (let n = from; n < to; n++) tail.push([one], end(n + 1));
  };
  write(0, 8);
  expect(tail.start).toEqual(START);
  write(8, 20);
  expect(tail.start).toEqual(end(20));
  expect(tail.take(end(18))).toBeUndefined();
  write(20, 21);
  expect(tail.start).toEqual(end(21));
  expect(tail.take(end(20))).toBeUndefined();
  write(21, 23);
  expect(tail.start).toEqual(end(21));
  expect(tail.take(end(21))).toEqual([{ entry: one, after: end(22) }]);
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
  ship(shipping, 100);
  expect(await onTheirWay()).toBe(0);
});

test('a lost or damaged cursor ships again and loses nothing', () => {
  const { spool, folder } = spooled(5);
  const shipping = spool();
  ship(shipping, 2);
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
  ship(shipping, 100);
  expect(existsSync(file)).toBe(false);
  const [kept = ''] = readdirSync(quarantineFolder(dir));
  expect(bytes.includes(readFileSync(path.join(quarantineFolder(dir), kept)))).toBe(true);
});
