import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import type { AcknowledgementLevel } from '../config/options.ts';
import { EventLog } from './event-log.ts';
import { readLog } from './reader.ts';
import { verifyLog } from './verify.ts';

const MIB = 1024 * 1024;

/** Mounts a file system of 64 MB; returns why that is impossible here. */
function mount(folder: string): string | undefined {
  if (process.platform !== 'linux') return `${process.platform} has no tmpfs`;
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : (stderr ?? 'there is no mount command').trim();
}

const unmount = (folder: string): void => void spawnSync('umount', ['-l', folder]);

beforeAll(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterAll(() => vi.restoreAllMocks());

/** Events of about 2 KiB. */
const large = (from: number, to: number): ReturnType<typeof numberedEvents> =>
  numberedEvents(from, to, 'd', 'c', 'x'.repeat(2000));

describe.each<AcknowledgementLevel>(['process', 'disk'])(
  'a disk of 64 MB that fills up, acknowledged at %s',
  (level) => {
    test('takes whole events or none, says so, bounds memory, and goes on when there is room', async () => {
      const folder = scratchFolder();
      const reason = mount(folder);
      if (reason !== undefined) return console.log(`Not run: no tmpfs can be mounted here (${reason}).`);
      onTestFinished(() => unmount(folder));
      const dir = path.join(folder, '.panoptic');
      const filler = path.join(folder, 'filler');
      writeFileSync(filler, Buffer.alloc(8 * MIB));
      const log = new EventLog({
        dir,
        role: 'store',
        destination: { transport: 'log', destination: dir },
        acknowledgement: level,
        maxMemoryBytes: MIB,
        retryMs: 10,
      });
      const acknowledged: number[] = [];
      let next = 0;
      const append = (): void => {
        const from = next;
        next += 100;
        log.append(large(from, next), () => acknowledged.push(from));
      };
      while (log.refused === 0 && next < 50_000) append();
      expect(log.refused).toBeGreaterThan(0);
      expect(log.writeFailures).toBeGreaterThan(0);
      expect(statfsSync(folder).bfree * statfsSync(folder).bsize).toBeLessThan(256 * 1024);
      const full = next;

      rmSync(filler);
      await vi.waitFor(() => expect(log.waiting.length).toBe(0), 60_000);
      append();
      log.close();
      expect(acknowledged).toEqual(range(0, next / 100).map((n) => 100 * n));

      const { findings, events } = verifyLog(dir);
      expect(findings).toEqual([]);
      expect(events).toBe(next - log.refused);
      const numbers = await numbersOf(readLog(dir));
      // refused were the newest of those that came while it was full
      expect(numbers).toEqual([...range(0, full - log.refused), ...range(full, next)]);
    }, 180_000);
  },
);

test('a folder that becomes read-only under way: events wait, nothing is acknowledged, and it heals', async () => {
  const folder = scratchFolder();
  const reason = mount(folder);
  if (reason !== undefined) return console.log(`Not run: no tmpfs can be mounted here (${reason}).`);
  onTestFinished(() => unmount(folder));
  const dir = path.join(folder, '.panoptic');
  const log = new EventLog({ dir, role: 'store', destination: { transport: 'log', destination: dir }, retryMs: 10 });
  const acknowledged: number[] = [];
  const append = (n: number): void => log.append(numberedEvents(n, n + 1), () => acknowledged.push(n));
  append(0);
  // what is open for writing would keep a file system writable
  log.close();
  const remount = (mode: string): number | null => spawnSync('mount', ['-o', `remount,${mode}`, folder]).status;
  expect(remount('ro')).toBe(0);
  append(1);
  append(2);
  expect(acknowledged).toEqual([0]);
  expect(log.pending).toBe(2);
  expect(remount('rw')).toBe(0);
  await vi.waitFor(() => expect(acknowledged).toEqual([0, 1, 2]), 60_000);
  log.close();
  expect((await numbersOf(readLog(dir))).sort()).toEqual([0, 1, 2]);
  expect(verifyLog(dir).findings).toEqual([]);
});
