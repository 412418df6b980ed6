import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Batch, OUTCOME } from './batch.ts';
import { sealBatch } from './columns.ts';
import { recorder } from './recorder.ts';
import { site } from './site.ts';
import type { Site, SiteInfo } from './site.types.ts';
import { runtimeState } from './state.ts';

const state = runtimeState();
let batches: Batch[] = [];

beforeEach(() => {
  sealBatch();
  batches = [];
  state.recorder = recorder;
  state.enabled = true;
  state.sink = (batch) => batches.push(batch);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const info: SiteInfo = {
  id: 'id',
  name: 'work',
  file: 'src/work.ts',
  line: 12,
  kind: 'function',
  async: false,
  provider: 'System',
  category: 'SYSTEM',
};

function callOnce(handle: Site, fails = false): void {
  const call = handle.begin();
  if (fails) call.threw(new Error('failed'));
  else call.returned(1);
  call.end();
}

function outcomes(): number[] {
  sealBatch();
  return batches.flatMap(({ outcome, length }) => [...outcome.subarray(0, length)]);
}

function passesThrough(handle: Site): void {
  const error = new Error('the user’s');
  for (const begin of ['begin', 'beginAsync', 'beginWith', 'beginAsyncWith'] as const) {
    const call = handle[begin]();
    expect(call.returned(info)).toBe(info);
    expect(call.threw(error)).toBe(error);
    call.end();
  }
  for (const begin of [
    'beginGenerator',
    'beginGeneratorWith',
    'beginAsyncGenerator',
    'beginAsyncGeneratorWith',
  ] as const) {
    const call = handle[begin]();
    expect(call.paused(info)).toBe(info);
    expect(call.resumed(error)).toBe(error);
    call.completed();
    call.end();
  }
  expect(outcomes()).toEqual([]);
}

it('lets code of another ABI run unrecorded, and says so once', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  passesThrough(site(2, info));
  passesThrough(site(0, info));
  expect(said).toHaveBeenCalledTimes(1);
  expect(said.mock.calls[0]?.[0]).toMatch(/PAN3001: src\/work\.ts:12 .*ABI 2.*ABI 1.*build again/);
});

it('records nothing with PANOPTIC_DISABLED=1', () => {
  vi.stubEnv('PANOPTIC_DISABLED', '1');
  passesThrough(site(1, info));
});

it('records nothing in a client bundle, which has no recorder', () => {
  state.recorder = undefined;
  passesThrough(site(1, info));
});

it('registers each handle in the table of sites', () => {
  const before = state.sites.length;
  callOnce(site(1, info));
  callOnce(site(1, { ...info, name: 'other' }));
  sealBatch();
  expect(state.sites.slice(before).map(({ name }) => name)).toEqual(['work', 'other']);
  expect(batches.flatMap((batch) => [...batch.site.subarray(0, batch.length)])).toEqual([before, before + 1]);
});

it('keeps the stated share of calls, and every failure', () => {
  const handle = site(1, { ...info, sample: 0.25 });
  for (let n = 0; n < 8000; n++) callOnce(handle, n % 100 === 0);
  const all = outcomes();
  expect(all.filter((outcome) => outcome === OUTCOME.error)).toHaveLength(80);
  const kept = all.filter((outcome) => outcome === OUTCOME.ok).length / 7920;
  // six standard deviations: one false alarm in 5e8 runs
  expect(Math.abs(kept - 0.25)).toBeLessThan(0.03);
});

it('keeps only failures of a sample of 0', () => {
  const handle = site(1, { ...info, sample: 0 });
  callOnce(handle);
  callOnce(handle, true);
  expect(outcomes()).toEqual([OUTCOME.error]);
});
