import { spawnSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { EventLog } from './event-log.ts';
import { readLog } from './reader.ts';
import { verifyLog } from './verify.ts';

const MIB = 1024 * 1024;

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

/** A disk that ends before its file system does: writes reach the cache, and syncs fail with EIO. */
interface ShortDisk {
  readonly folder: string;
  /** The disk is whole: the next syncs succeed. */
  heal(): void;
  /** What was in the cache alone is gone. */
  mountAgain(): void;
}

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${(error?.message ?? stderr).trim()}`);
  return stdout.trim();
}

/** Throws where such a disk cannot be made. */
function shortDisk(): ShortDisk {
  if (process.platform !== 'linux') throw new Error(`${process.platform} has no loop devices`);
  const folder = scratchFolder();
  const image = path.join(scratchFolder(), 'image');
  writeFileSync(image, '');
  truncateSync(image, 64 * MIB);
  // blocks of 4096 bytes and no journal: what is written lies in order, and nothing else fails
  run('mkfs.ext4', '-q', '-F', '-b', '4096', '-O', '^has_journal', image);
  const device = run('losetup', '-f', '--show', image);
  onTestFinished(() => void spawnSync('losetup', ['-d', device]));
  run('mount', '-o', 'errors=continue', device, folder);
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  const resize = (size: number): void => {
    truncateSync(image, size);
    run('losetup', '-c', device);
  };
  resize(12 * MIB);
  return {
    folder,
    heal: () => resize(64 * MIB),
    mountAgain() {
      run('umount', folder);
      run('mount', device, folder);
    },
  };
}

test('a disk whose syncs fail: nothing is acknowledged that is not on it, nothing is there twice, and it heals', async () => {
  let disk: ShortDisk;
  try {
    disk = shortDisk();
  } catch (error) {
    return console.log(`Not run: no disk that fails can be made here (${(error as Error).message}).`);
  }
  const dir = path.join(disk.folder, '.panoptic');
  const log = new EventLog({
    dir,
    role: 'store',
    destination: { transport: 'log', destination: dir },
    acknowledgement: 'disk',
    segmentBytes: MIB,
    maxMemoryBytes: 64 * MIB,
    retryMs: 20,
  });
  const acknowledged: number[] = [];
  let next = 0;
  const append = (): void => {
    const from = next;
    next += 50;
    log.append(numberedEvents(from, next, 'd', 'c', 'x'.repeat(2000)), () => acknowledged.push(from));
  };
  await vi.waitFor(
    () => {
      append();
      expect(log.writeFailures).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 1 },
  );
  append();
  expect(acknowledged.length).toBeLessThan(next / 50);
  expect(log.pending).toBeGreaterThan(0);
  disk.heal();
  await vi.waitFor(() => expect(acknowledged).toHaveLength(next / 50), { timeout: 60_000 });
  expect(acknowledged).toEqual(range(0, next / 50).map((n) => n * 50));
  log.close();
  disk.mountAgain();
  expect(await numbersOf(readLog(dir))).toEqual(range(0, next));
  expect(verifyLog(dir).findings).toEqual([]);
}, 180_000);
