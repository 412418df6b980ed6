import { expect, test, vi } from 'vitest';
import { MemoryOutlet } from './memory.ts';
import type { FrozenEvent } from './transport.ts';

const event = (id: string): FrozenEvent => ({ id, database: 'd', collection: 'c', doc: new Uint8Array() });

test('an event that comes twice is there once, as its first', () => {
  const memory = new MemoryOutlet(3);
  memory.append(['1', '2', '1'].map(event));
  memory.append(['2', '3'].map(event));
  expect(memory.events.map(({ id }) => id)).toEqual(['1', '2', '3']);
  expect(memory.stats()).toEqual({ accepted: 5, delivered: 5, dropped: 0, pending: 0, failures: 0 });
});

test('beyond its bound memory keeps the newest events, and says and counts the others', () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const memory = new MemoryOutlet(2);
  memory.append(['1', '2'].map(event));
  memory.append(['3'].map(event));
  expect(memory.events.map(({ id }) => id)).toEqual(['2', '3']);
  expect(memory.stats()).toEqual({ accepted: 3, delivered: 3, dropped: 1, pending: 0, failures: 0 });
  expect(stderr).toHaveBeenCalledWith(expect.stringContaining('PAN6501'));
  memory.clear();
  expect(memory.events).toEqual([]);
  stderr.mockRestore();
});
