import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import type { PanopticError } from '../config/error.ts';
import { saidByCause } from '../diagnostics/say.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { decodeEvent } from '../event/document.ts';
import { toJson } from '../event/json.ts';
import {
  clearMemoryEvents,
  close,
  createPanoptic,
  flush,
  memoryEvents,
  type PanopticOptions,
  stats,
  withExecutionMetadata,
  wrap,
} from '../index.ts';
import { ColumnBatch } from '../instrument/column-batch.ts';
import { runtimeState } from '../instrument/state.ts';
import { readLog } from '../log/reader.ts';
import type { EventExporter, RecordedEvent } from './exporter.ts';
import { Exporting } from './exporting.ts';

let said: string[];
beforeEach(() => {
  said = [];
  vi.spyOn(console, 'error').mockImplementation((line) => said.push(String(line)));
  saidByCause().clear();
});
afterEach(() => {
  vi.restoreAllMocks();
  createPanoptic({ transport: 'memory' });
  clearMemoryEvents();
});

const work = wrap(
  function work(n: number) {
    if (n < 0) throw new Error('no');
    return n;
  },
  { provider: 'OpenAI', quantity: (_, n) => n, attributes: { odd: (_, n) => n % 2 === 1 } },
);

function kept(): EventExporter & { readonly events: BillingEvent[]; readonly starts: number[]; flushed: number } {
  const events: BillingEvent[] = [];
  const starts: number[] = [];
  return {
    name: 'kept',
    events,
    starts,
    flushed: 0,
    export(recorded: readonly RecordedEvent[]) {
      for (const { event, startMs } of recorded) {
        events.push(event);
        starts.push(startMs);
      }
    },
    async flush() {
      this.flushed++;
    },
  };
}

function use(exporters: readonly EventExporter[], options: PanopticOptions = { transport: 'memory' }): void {
  createPanoptic({ project: 'shop', ...options, exporters });
}

it('gives every event as the destination gets it, once', async () => {
  const exporter = kept();
  use([exporter]);
  withExecutionMetadata({ tenant_id: 'ada' }, () => {
    work(1);
    expect(() => work(-1)).toThrow('no');
  });
  await flush();
  work(2);
  await flush();
  expect(exporter.events).toHaveLength(3);
  expect(exporter.events).toEqual(memoryEvents());
  expect(exporter.starts.map((ms) => new Date(ms).toISOString())).toEqual(exporter.events.map(({ ts }) => ts));
  expect(exporter.flushed).toBe(2);
  expect(stats().exporters).toMatchObject({ exported: expect.any(Number), waiting: 0, dropped: 0, failures: 0 });
});

it('does so beside a worker, whose memory is used again and again', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'panoptic-export-'));
  const exporter = kept();
  use([exporter], { transport: 'log', dir, quiet: true });
  const calls = 6000;
  for (let n = 0; n < calls; n++) {
    work(n);
    if (n % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await flush(60_000);
  await close();
  const logged = new Map<string, BillingEvent>();
  for await (const { doc } of readLog(dir)) {
    const event = toJson(decodeEvent(doc));
    logged.set(event._id, event);
  }
  rmSync(dir, { recursive: true });
  expect(logged.size).toBe(calls);
  expect(exporter.events).toHaveLength(calls);
  for (const event of exporter.events) expect(event).toEqual(logged.get(event._id));
});

it('counts and says what an exporter throws, and gives the others theirs', async () => {
  const exporter = kept();
  const broken: EventExporter = {
    name: 'broken',
    export: () => {
      throw new Error('at mongodb://user:canary@host');
    },
    flush: () => Promise.reject(new Error('no flush')),
  };
  const before = stats().exporters?.failures ?? 0;
  use([broken, exporter]);
  work(1);
  await flush();
  expect(exporter.events).toHaveLength(1);
  expect((stats().exporters?.failures ?? 0) - before).toBe(2);
  expect(said.join('\n')).toMatch(/PAN4171: The exporter broken has failed: Error: at mongodb:/);
  expect(said.join('\n')).not.toContain('canary');
});

it('waits for an exporter no longer than it was asked to', async () => {
  let end = (): void => {};
  const stuck = new Promise<void>((resolve) => {
    end = resolve;
  });
  use([{ name: 'slow', export() {}, flush: () => stuck }]);
  work(1);
  await flush(20);
  expect(memoryEvents()).toHaveLength(1);
  end();
});

it('waits once in vain for an exporter that is not used any more, not in every flush', async () => {
  const never = { name: 'slow', export() {}, flush: () => new Promise<void>(() => {}) };
  const exporting = new Exporting(() => ({ project: 'p', env: 'test', username: 'u', commit: undefined }));
  exporting.use([never]);
  await exporting.flush(1);
  exporting.use([kept()]);
  // what it was told when it was let go of is waited for
  await exporting.flush(1);
  const waits = exporting.flush(60_000).then(() => 'over');
  expect(await Promise.race([waits, new Promise((resolve) => setTimeout(resolve, 5000, 'waiting'))])).toBe('over');
});

it('loses what comes faster than it can be exported, and counts that', async () => {
  const exporter = kept();
  const exporting = new Exporting(() => ({ project: 'p', env: 'test', username: 'u', commit: undefined }));
  exporting.use([exporter]);
  const batch = new ColumnBatch(8, 1);
  batch.length = 8;
  batch.site.fill(runtimeState().sites.push({ ...SITE_INFO }) - 1);
  const { maxPendingBatches } = runtimeState();
  exporting.take(Array.from({ length: maxPendingBatches + 3 }, () => ({ batch })));
  expect(exporting.undelivered).toBe(true);
  expect(exporting.stats).toEqual({ exported: 0, waiting: 8 * maxPendingBatches, dropped: 24, failures: 0 });
  await exporting.flush(1000);
  expect(exporter.events).toHaveLength(8 * maxPendingBatches);
  expect(exporting.undelivered).toBe(false);
  expect(said).toEqual([expect.stringContaining('PAN4172: 8 events were not given to exporters')]);
});

it('gives what comes after a change to the new ones', async () => {
  const [first, second] = [kept(), kept()];
  use([first]);
  work(1);
  use([second]);
  work(2);
  await flush();
  expect([first.events.length, second.events.length]).toEqual([0, 2]);
  expect(first.flushed).toBe(1);
});

it('hides what errors must not tell', async () => {
  const exporter = kept();
  use([exporter], { transport: 'memory', redact: ['inner.example'] });
  const fails = wrap(
    () => {
      throw new Error('no route to inner.example, https://ann:canary@host');
    },
    { provider: 'OpenAI' },
  );
  expect(fails).toThrow();
  await flush();
  expect(exporter.events).toEqual(memoryEvents());
  expect(JSON.stringify(exporter.events)).not.toMatch(/inner|canary/);
});

it('does not count again what is left out of an event', async () => {
  use([kept()]);
  const before = stats().invalidValues;
  wrap(() => {}, { provider: 'OpenAI', quantity: (() => 'many') as unknown as () => number })();
  await flush();
  expect(stats().invalidValues - before).toBe(1);
});

it.each([{}, [{}], [{ name: 'x' }], [{ name: 'x', export: 1 }], [{ name: 'x', export() {}, flush: 1 }]])(
  'must be a list of exporters: %j',
  (exporters) => {
    try {
      createPanoptic({ exporters } as PanopticOptions);
      expect.unreachable();
    } catch (error) {
      expect((error as PanopticError).problems).toEqual([
        { code: 'PAN4101', name: 'exporters', message: expect.stringContaining('openTelemetryExporter()') },
      ]);
    }
  },
);
