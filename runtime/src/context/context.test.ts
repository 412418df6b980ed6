import { afterEach, expect, it, vi } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { invalidValues } from '../event/invalid.ts';
import { type Batch, OUTCOME } from '../instrument/batch.ts';
import { sealBatch } from '../instrument/columns.ts';
import { recorder } from '../instrument/recorder.ts';
import { site } from '../instrument/site.ts';
import type { SiteInfo } from '../instrument/site.types.ts';
import { runtimeState } from '../instrument/state.ts';
import { type ExecutionMetadata, getExecutionMetadata, setExecutionMetadata, withExecutionMetadata } from './index.ts';

const state = runtimeState();
const batches: Batch[] = [];
state.recorder = recorder;
state.sink = (batch) => batches.push(batch);

afterEach(() => vi.restoreAllMocks());

function handle(info: Partial<SiteInfo> = {}) {
  return site(1, {
    ...SITE_INFO,
    ...info,
  });
}

/** The context of every event since the last look. */
function contexts(): unknown[] {
  sealBatch();
  return batches
    .splice(0)
    .flatMap(({ context, contexts, length }) => Array.from(context.subarray(0, length), (index) => contexts[index]));
}

it('carries metadata over awaits and keeps scopes that overlap apart', async () => {
  const work = handle();
  const request = (tenant_id: string) =>
    withExecutionMetadata({ tenant_id }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      work.beginAsync().end();
      return getExecutionMetadata()?.tenant_id;
    });
  expect(await Promise.all(['ada', 'bob', 'eve'].map(request))).toEqual(['ada', 'bob', 'eve']);
  expect(contexts()).toEqual([{ tenant_id: 'ada' }, { tenant_id: 'bob' }, { tenant_id: 'eve' }]);
  expect(getExecutionMetadata()).toBeUndefined();
});

it('merges a nested scope deep over the outer one, and leaves the outer as it was', () => {
  withExecutionMetadata({ tenant_id: 'ada', labels: { region: 'eu', tier: 'gold' }, list: [1, 2] }, () => {
    withExecutionMetadata({ plan: 'pro', labels: { tier: 'silver' }, list: [3] }, () => {
      expect(getExecutionMetadata()).toEqual({
        tenant_id: 'ada',
        plan: 'pro',
        labels: { region: 'eu', tier: 'silver' },
        list: [3],
      });
    });
    expect(getExecutionMetadata()).toEqual({ tenant_id: 'ada', labels: { region: 'eu', tier: 'gold' }, list: [1, 2] });
  });
});

it('reads the snapshot when a call starts: a later change is for later calls', () => {
  const work = handle();
  withExecutionMetadata({ tenant_id: 'ada' }, () => {
    const early = work.begin();
    setExecutionMetadata({ user_id: 'u1' });
    work.begin().end();
    early.end();
  });
  expect(contexts()).toEqual([{ tenant_id: 'ada', user_id: 'u1' }, { tenant_id: 'ada' }]);
});

it('copies what it is given: neither a change of the object nor of the snapshot reaches an event', () => {
  const metadata: ExecutionMetadata = { labels: { tier: 'gold' } };
  withExecutionMetadata(metadata, () => {
    (metadata.labels as { tier: string }).tier = 'changed';
    const seen = getExecutionMetadata() as { labels: { tier: string } };
    expect(() => {
      seen.labels.tier = 'changed';
    }).toThrow(TypeError);
    expect(seen).toEqual({ labels: { tier: 'gold' } });
  });
});

it('gives out dates that are copies: one that is changed reaches neither an event nor who asks later', () => {
  const work = handle();
  const since = new Date(0);
  withExecutionMetadata({ contract: { since, seen: [since] }, labels: { tier: 'gold' } }, () => {
    const before = getExecutionMetadata() as { contract: { since: Date; seen: Date[] }; labels: object };
    before.contract.since.setTime(1);
    before.contract.seen[0]?.setTime(1);
    since.setTime(1);
    expect([before, before.contract, before.contract.seen, before.labels].every(Object.isFrozen)).toBe(true);
    expect(getExecutionMetadata()?.contract).toEqual({ since: new Date(0), seen: [new Date(0)] });
    work.begin().end();
  });
  const contract = { since: new Date(0), seen: [new Date(0)] };
  expect(contexts()).toEqual([{ contract, labels: { tier: 'gold' } }]);
});

it('gives out the same object as long as nothing changes', () => {
  withExecutionMetadata({ labels: { tier: 'gold' } }, () =>
    expect(getExecutionMetadata()).toBe(getExecutionMetadata()),
  );
});

it('refuses keys that could change a prototype, drops what does not serialise, and counts both', () => {
  invalidValues().clear();
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const metadata = {
    ...JSON.parse('{"constructor":1,"prototype":2}'),
    plan: 'pro',
    callback() {},
    symbol: Symbol('s'),
  };
  Object.defineProperty(metadata, '__proto__', { value: { admin: true }, enumerable: true });
  withExecutionMetadata(metadata, () => {
    expect(getExecutionMetadata()).toEqual({ plan: 'pro' });
    expect((getExecutionMetadata() as { admin?: boolean }).admin).toBeUndefined();
  });
  expect([...invalidValues().keys()].sort()).toEqual(
    ['__proto__', 'callback', 'constructor', 'prototype', 'symbol'].map((key) => `execution metadata context.${key}`),
  );
  expect(said).toHaveBeenCalledTimes(5);
});

it('keeps the beginning of a text that is too long, of which nothing is said', () => {
  invalidValues().clear();
  withExecutionMetadata({ plan: `${'x'.repeat(1024)}y` }, () => {
    expect(getExecutionMetadata()).toEqual({ plan: 'x'.repeat(1024) });
  });
  expect(invalidValues().size).toBe(0);
});

it('does nothing outside a scope, and says so once', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  setExecutionMetadata({ tenant_id: 'ada' });
  setExecutionMetadata({ tenant_id: 'ada' });
  expect(getExecutionMetadata()).toBeUndefined();
  expect(said).toHaveBeenCalledTimes(1);
  expect(said.mock.calls[0]?.[0]).toMatch(/^Panoptic PAN3003: .*withExecutionMetadata/);
});

it.each([null, undefined, 'text', 5])('runs the work whatever the metadata is: %s', (metadata) => {
  const result = withExecutionMetadata(metadata as unknown as ExecutionMetadata, () => getExecutionMetadata());
  expect(result).toEqual({});
});

it('gives back what the work returns and throws what it throws', () => {
  expect(withExecutionMetadata({}, () => 7)).toBe(7);
  const error = new Error('work');
  expect(() =>
    withExecutionMetadata({}, () => {
      throw error;
    }),
  ).toThrow(error);
});

it('leaves the metadata out of sites with context=none', () => {
  const work = handle({ context: 'none' });
  withExecutionMetadata({ tenant_id: 'ada' }, () => work.begin().end());
  expect(contexts()).toEqual([undefined]);
});

it('gives a call that settles later the context it began in', async () => {
  const work = handle();
  const settled = withExecutionMetadata({ tenant_id: 'ada' }, () => {
    const call = work.begin();
    const promise = call.returned(new Promise((resolve) => setTimeout(resolve, 2)));
    call.end();
    return promise;
  });
  await withExecutionMetadata({ tenant_id: 'bob' }, () => settled);
  sealBatch();
  expect(batches[0]?.outcome[0]).toBe(OUTCOME.ok);
  expect(contexts()).toEqual([{ tenant_id: 'ada' }]);
});
