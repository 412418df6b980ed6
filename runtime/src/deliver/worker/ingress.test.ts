import { afterEach, expect, test, vi } from 'vitest';
import { numberedEvents } from '../../../../fixtures/tools/log-events.ts';
import type { FrozenEvent } from '../transport.ts';
import { connectIngress, openIngress } from './ingress.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An owner of the log that keeps what it gets, and acknowledges when told to. */
function owner() {
  const taken: { ids: string[]; again: boolean; acknowledged: () => void }[] = [];
  const close = openIngress((events, again, acknowledged) =>
    taken.push({ ids: events.map(({ id }) => id), again, acknowledged }),
  );
  closing.push(close);
  return { taken, close };
}

function client() {
  const here = vi.fn();
  const acknowledged: string[] = [];
  const connection = connectIngress(here);
  closing.push(() => connection.close());
  const append = (events: FrozenEvent[]): void =>
    connection.append(events, () => acknowledged.push(...events.map(({ id }) => id)));
  return { ...connection, append, here, acknowledged };
}

const ids = (events: FrozenEvent[]): string[] => events.map(({ id }) => id);

test('events reach the owner, and its acknowledgement the one who sent them', async () => {
  const { taken } = owner();
  const [one, other] = [client(), client()];
  await vi.waitFor(() => expect(one.here).toHaveBeenCalled(), 30_000);
  const events = numberedEvents(0, 3);
  one.append(events);
  await expect.poll(() => taken.map((lot) => [lot.ids, lot.again])).toEqual([[ids(events), false]]);
  expect(one.unacknowledged().map(ids)).toEqual([ids(events)]);
  taken[0]?.acknowledged();
  await expect.poll(() => one.acknowledged).toEqual(ids(events));
  expect(one.unacknowledged()).toEqual([]);
  expect(other.acknowledged).toEqual([]);
});

test('what was sent before anybody listened arrives once, however many ask', async () => {
  const early = client();
  const events = numberedEvents(0, 2);
  early.append(events);
  const { taken } = owner();
  await expect.poll(() => taken.length).toBe(1);
  const other = client();
  other.hello();
  await vi.waitFor(() => expect(other.here).toHaveBeenCalled(), 30_000);
  early.append(numberedEvents(2, 3));
  await expect.poll(() => taken.map(({ again }) => again)).toEqual([false, false]);
});

test('what an owner took and did not acknowledge goes to the next one, marked', async () => {
  const first = owner();
  const sender = client();
  const events = numberedEvents(0, 2);
  sender.append(events);
  await expect.poll(() => first.taken.length).toBe(1);
  first.close();
  const second = owner();
  await expect.poll(() => second.taken.map((lot) => [lot.ids, lot.again])).toEqual([[ids(events), true]]);
  second.taken[0]?.acknowledged();
  await expect.poll(() => sender.acknowledged).toEqual(ids(events));
});
