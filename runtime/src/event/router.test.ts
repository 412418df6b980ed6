import { expect, test, vi } from 'vitest';
import { createRouter } from './router.ts';

test('beyond the limit, routing becomes one collection a provider, loudly and once', () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const router = createRouter('test', 'ops', 2);
  const collections = ['A', 'B', 'C', 'D', 'A'].map((provider) => router.place(provider).collection);
  expect(collections).toEqual(['a_ops', 'b_ops', 'c', 'd', 'a_ops']);
  expect(router.place('A').database).toBe('panoptic-test');
  expect(stderr.mock.calls.flat().join('\n')).toMatch(/^Panoptic PAN5102: More than 2 pairs/);
  stderr.mockRestore();
});
