import { afterEach, expect, test, vi } from 'vitest';
import { saidByCause } from '../diagnostics/say.ts';
import { createRouter } from './router.ts';

const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
afterEach(() => {
  stderr.mockClear();
  saidByCause().clear();
});

test('beyond the limit, routing becomes one collection a provider, loudly and once', () => {
  const router = createRouter('test', 'ops', 2);
  const collections = ['A', 'B', 'C', 'D', 'A'].map((provider) => router.place(provider).collection);
  expect(collections).toEqual(['a_ops', 'b_ops', 'c', 'd', 'a_ops']);
  expect(router.place('A').database).toBe('panoptic-test');
  expect(stderr.mock.calls.flat()).toEqual([expect.stringMatching(/^Panoptic PAN5102: More than 2 pairs/)]);
});

test('usernames make pairs of their own, and a pair keeps its collection', () => {
  const router = createRouter('test', 'ops', 3);
  const pairs = [['A'], ['A', 'ann'], ['A', 'ops'], ['B', 'bob'], ['A', 'cid'], ['A', 'ann']] as const;
  const collections = pairs.map(([provider, username]) => router.place(provider, username).collection);
  expect(collections).toEqual(['a_ops', 'a_ann', 'a_ops', 'b_bob', 'a', 'a_ann']);
});

test('a pair keeps its collection among ten thousand others', () => {
  const router = createRouter('test', 'ops', 500);
  const first = router.place('A', 'user 0');
  const used = new Set<string>();
  for (let user = 0; user < 10_000; user++) used.add(router.place('A', `user ${user}`).collection);
  expect(used.size).toBe(501);
  expect(used).toContain('a');
  expect(router.place('A', 'user 0')).toBe(first);
  expect(stderr).toHaveBeenCalledTimes(1);
});

test('single: everything goes to one collection', () => {
  const router = createRouter('panoptic-prod', 'ops', 1, 'single');
  const places = ['A', 'B', '日本'].map((provider) => router.place(provider, provider));
  expect(new Set(places)).toEqual(new Set([{ database: 'panoptic-prod', collection: 'events' }]));
  expect(stderr).not.toHaveBeenCalled();
});
