import { existsSync } from 'node:fs';
import { deserialize } from 'bson';
import { expect, onTestFinished, test, vi } from 'vitest';
import { numberedEvents, range, scratchFolder } from '../../../../fixtures/tools/log-events.ts';
import { WireServer } from '../../../../fixtures/tools/wire-server.ts';
import { deadLetterFolder } from '../../log/layout.ts';
import { mongodbOutlet } from './outlet.ts';

/** UnknownError, and what Cosmos DB answers while it throttles. */
const CODES = [8, 16500];

async function start() {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const server = await WireServer.start({ keep: 'store' });
  const dir = scratchFolder();
  const outlet = mongodbOutlet({ uri: server.uri, dir, resilience: 'fast', maxWaitTimeMs: 5 });
  onTestFinished(async () => {
    await outlet.close(1000);
    await server.down();
    vi.restoreAllMocks();
  });
  const stored = (): number[] => [...server.store.documents()].map((doc) => deserialize(doc).n).sort((a, b) => a - b);
  return { server, outlet, dir, stored };
}

test.each(CODES)('events a server refuses for a while (code %i) become no dead letters', async (code) => {
  const { server, outlet, dir, stored } = await start();
  const events = numberedEvents(0, 200);
  for (const { id } of events) server.store.refusing.set(id, code);
  outlet.append(events);
  for (let n = 0; n < 12; n++) await outlet.flush(10_000);
  expect(outlet.stats()).toMatchObject({ pending: 200, deadLettered: 0, dropped: 0 });
  server.store.refusing.clear();
  await expect.poll(() => outlet.stats().delivered, { timeout: 30_000 }).toBe(200);
  expect(stored()).toEqual(range(0, 200));
  expect(existsSync(deadLetterFolder(dir))).toBe(false);
});

test.each(CODES)('an event that is refused with code %i holds up no other, and waits', async (code) => {
  const { server, outlet, dir, stored } = await start();
  const first = numberedEvents(0, 100);
  const refused = first[37]?.id ?? '';
  server.store.refusing.set(refused, code);
  outlet.append(first);
  await outlet.flush(10_000);
  const others = range(0, 100).filter((n) => n !== 37);
  expect(stored()).toEqual(others);
  for (let n = 100; n < 120; n++) {
    outlet.append(numberedEvents(n, n + 1));
    await outlet.flush(10_000);
    await expect.poll(stored, { timeout: 10_000 }).toEqual([...others, ...range(100, n + 1)]);
  }
  // those that were with it have been found to be there
  await expect.poll(() => outlet.stats().pending, { timeout: 30_000 }).toBe(1);
  expect(outlet.stats()).toMatchObject({ delivered: 119, deadLettered: 0, dropped: 0 });
  server.store.refusing.clear();
  await outlet.flush(10_000);
  await expect.poll(() => outlet.stats().delivered, { timeout: 30_000 }).toBe(120);
  expect(stored()).toEqual(range(0, 120));
  expect(existsSync(deadLetterFolder(dir))).toBe(false);
});
