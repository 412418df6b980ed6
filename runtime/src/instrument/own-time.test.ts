import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { clearMemoryEvents, createPanoptic, memoryEvents } from '../panoptic.ts';
import { site } from './node.ts';
import type { CallValues, SiteInfo } from './site.types.ts';

const start = (timing: 'duration' | 'detailed') => createPanoptic({ transport: 'memory', timing });
beforeEach(() => {
  start('detailed');
  clearMemoryEvents();
});
afterAll(() => void start('duration'));

/** ms of work of ours, for which nobody waits. */
const SLOW = 20;

function slow(): CallValues {
  const until = performance.now() + SLOW;
  while (performance.now() < until);
  return {};
}

const begin = (info: Partial<SiteInfo>, ...roots: unknown[]) => site(1, { ...SITE_INFO, ...info }).beginWith(...roots);
const timed = () => memoryEvents().map(({ metadata }) => ({ ...metadata.timing, duration: metadata.duration_ms }));

test('tells what reading before and behind the call took, apart from the call', () => {
  const call = begin({ onStart: slow, onResult: slow });
  call.returned(1);
  call.end();
  const [timing] = timed();
  expect(timing?.execution_ms).toBe(timing?.duration);
  expect(timing?.total_ms).toBeCloseTo((timing?.execution_ms ?? 0) + (timing?.overhead_ms ?? 0), 5);
  expect(timing?.overhead_ms).toBeGreaterThanOrEqual(2 * SLOW);
  expect(timing?.execution_ms).toBeLessThan(timing?.overhead_ms ?? 0);
});

test('of a call that is waited for, the waiting is its own time', async () => {
  const call = begin({ async: true });
  call.returned(pause(SLOW));
  call.end();
  await pause(2 * SLOW);
  const [timing] = timed();
  // a timer may be a little early
  expect(timing?.execution_ms).toBeGreaterThan(SLOW - 2);
  expect(timing?.overhead_ms).toBeLessThan(timing?.execution_ms ?? 0);
});

test('a call in which another one begins takes nothing of its time', () => {
  const inner = site(1, { ...SITE_INFO, onStart: slow });
  const reads = (): CallValues => {
    inner.beginWith().end();
    return {};
  };
  begin({ onStart: reads, name: 'outer' }).end();
  const [first, second] = timed();
  expect(first?.overhead_ms).toBeGreaterThanOrEqual(SLOW);
  expect(second?.overhead_ms).toBeGreaterThanOrEqual(SLOW);
  const plain = site(1, SITE_INFO).begin();
  plain.end();
  expect(timed()[2]?.overhead_ms).toBeLessThan(SLOW);
});

test('also of failures; of a generator it stays what it was; and nothing where it is off', () => {
  const failed = begin({ onStart: slow });
  failed.threw(new Error('no'));
  failed.end();
  const running = site(1, { ...SITE_INFO, generator: true, onStart: slow }).beginGeneratorWith();
  running.paused(1);
  slow();
  running.resumed(undefined);
  running.completed();
  running.end();
  const [failure, generator] = timed();
  expect(failure?.overhead_ms).toBeGreaterThanOrEqual(SLOW);
  expect(generator?.total_ms).toBe(generator?.duration);
  expect(generator?.overhead_ms).toBeGreaterThanOrEqual(SLOW);
  start('duration');
  clearMemoryEvents();
  begin({ onStart: slow }).end();
  expect(memoryEvents()[0]?.metadata).not.toHaveProperty('timing');
});
