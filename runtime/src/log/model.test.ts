import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CrashDisk } from '../../../fixtures/tools/crash-disk/disk.ts';
import { LogWorld } from '../../../fixtures/tools/crash-disk/log-world.ts';
import type { Step, Variant } from '../../../fixtures/tools/crash-disk/world-types.ts';
import { toFrozenEvent } from '../deliver/frozen-event.ts';
import { spoolOutlet } from '../deliver/spool-outlet.ts';
import { runtimeState } from '../instrument/state.ts';
import { readFolder } from './folder-reader.ts';

const disk = vi.hoisted((): { current: CrashDisk | undefined } => ({ current: undefined }));

vi.mock('node:fs', async (original) => {
  const { CrashDisk: Disk } = await import('../../../fixtures/tools/crash-disk/disk.ts');
  const { mountCrashDisk } = await import('../../../fixtures/tools/crash-disk/fs.ts');
  disk.current = new Disk();
  return mountCrashDisk(disk.current, await original());
});

/** What becomes of a batch at its destination. */
const answer = fc.record({
  /** Share of the events that are inserted. */
  inserted: fc.constantFrom(0, 0.5, 1),
  acknowledged: fc.boolean(),
  /** Share of the events that are refused for good, when it is acknowledged. */
  refused: fc.constantFrom(0, 0, 0, 0.3),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('append'), events: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('sync') }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('ship'), answers: fc.array(answer, { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('turn') }) },
  // at once, or in the middle of what comes next
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('crash'), afterCalls: fc.integer({ min: 0, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('power cut'), afterCalls: fc.integer({ min: 0, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) },
) as fc.Arbitrary<Step>;

const run = fc.record({
  seed: fc.integer(),
  level: fc.constantFrom('process' as const, 'disk' as const),
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
});

function property(variant?: Variant): fc.IAsyncProperty<[{ seed: number; level: 'process' | 'disk'; steps: Step[] }]> {
  return fc.asyncProperty(run, async ({ seed, level, steps }) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    if (!disk.current) throw new Error('node:fs is not mocked');
    const world = new LogWorld(
      disk.current,
      { readFolder, runtimeState, spoolOutlet, toFrozenEvent },
      { seed, level, variant },
    );
    for (const each of steps) await world.take(each);
    expect(await world.recover()).toEqual([]);
  });
}

const RUNS = Number(process.env.PANOPTIC_MODEL_RUNS ?? 2000);

describe('append, sync, crash, power cut, insert, acknowledge and unlink, in any order', () => {
  it('lose no acknowledged event, deliver none that was not recorded, and unlink nothing that has not arrived', async () => {
    await fc.assert(property(), { numRuns: RUNS });
  }, 300_000);

  // the test of the test: each of these mistakes is found
  it.each<Variant>(['acknowledge before append', 'sync nothing', 'answer before insert', 'unlink before insert'])(
    'would find: %s',
    async (variant) => {
      const found = await fc.check(property(variant), { numRuns: RUNS });
      expect(found.failed).toBe(true);
    },
    300_000,
  );
});
