import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { resolveConfig } from '../config/resolve.ts';
import { openDestination } from '../deliver/destination.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { openIngress } from '../deliver/worker/ingress.ts';
import { readLog } from '../log/reader.ts';
import { HandOver } from './hand-over.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

function handOver(strangerMs: number = 5000): { line: HandOver; delivered: () => Promise<number[]> } {
  const dir = path.join(scratchFolder(), '.panoptic');
  const { config } = resolveConfig({ dir, transport: 'log', quiet: true }, {}, '/');
  const line = new HandOver(openDestination(config), true, strangerMs);
  ending.push(() => line.close(10));
  return { line, delivered: () => numbersOf(readLog(dir)) };
}

/** A worker that takes events, and says that they are safe when `safe` is called. */
function worker() {
  const taken: { ids: string[]; again: boolean; safe: () => void }[] = [];
  const close = openIngress((events, again, safe) => taken.push({ ids: idsOf(events), again, safe }));
  ending.push(close);
  return { taken, close };
}

const idsOf = (events: readonly FrozenEvent[]): string[] => events.map(({ id }) => id);

it('gives events to the worker, and waits until they are safe', async () => {
  const { taken } = worker();
  const { line, delivered } = handOver();
  const events = numberedEvents(0, 3);
  line.append(events);
  await expect.poll(() => taken.map(({ ids }) => ids)).toEqual([idsOf(events)]);
  let flushed = false;
  const flush = line.flush(60_000).then(() => {
    flushed = true;
  });
  expect(line.waiting).toBe(3);
  expect(flushed).toBe(false);
  taken[0]?.safe();
  await flush;
  expect(line.waiting).toBe(0);
  await line.close(1000);
  expect(await delivered()).toEqual([]);
});

it('delivers itself where nobody answers, and gives later events to a worker that comes', async () => {
  const { line, delivered } = handOver(30);
  line.append(numberedEvents(0, 3));
  await line.flush(60_000);
  expect(await delivered()).toEqual(range(0, 3));
  const { taken } = worker();
  await vi.waitFor(() => {
    line.append(numberedEvents(3, 4));
    expect(taken.length).toBeGreaterThan(0);
  }, 30_000);
});

it('delivers itself what a worker that is gone has left, with the same ids', async () => {
  const gone = worker();
  const { line, delivered } = handOver();
  line.append(numberedEvents(0, 2));
  await expect.poll(() => gone.taken.length).toBe(1);
  gone.close();
  line.append(numberedEvents(2, 4));
  await line.close(60_000);
  expect(line.waiting).toBe(0);
  expect((await delivered()).sort()).toEqual(range(0, 4));
});

it('sends to the next worker what the one before it has not acknowledged', async () => {
  const gone = worker();
  const { line } = handOver();
  line.append(numberedEvents(0, 2));
  await expect.poll(() => gone.taken.length).toBe(1);
  gone.close();
  const { taken } = worker();
  await expect.poll(() => taken).toMatchObject([{ ids: gone.taken[0]?.ids, again: true }]);
  taken[0]?.safe();
  await line.flush(60_000);
  expect(line.waiting).toBe(0);
});

it('keeps a bounded number of events for a worker that does not get on, and counts the rest', async () => {
  worker();
  const { line } = handOver();
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const lot = numberedEvents(0, 1000);
  for (let lots = 0; lots < 101; lots++) line.append(lot);
  expect(line.waiting).toBe(100_000);
  expect(said.mock.calls.join()).toContain('PAN6552: 1000 events of log lines lost so far');
  said.mockRestore();
});

it('leaves no listener behind', async () => {
  const before = process.listenerCount('exit');
  const { line } = handOver();
  expect(process.listenerCount('exit')).toBe(before + 1);
  await line.close(10);
  expect(process.listenerCount('exit')).toBe(before);
});
