import { expect, it, vi } from 'vitest';
import { clearMemoryEvents, createPanoptic, memoryEvents, stats } from '../panoptic.ts';
import type { WrapOptions } from './options.types.ts';
import { wrap } from './wrap.ts';

vi.spyOn(console, 'error').mockImplementation(() => {});

const rejects = async (): Promise<never> => {
  throw new Error('mine');
};

// vitest fails where a rejection is handled by nobody
it.each<[string, object]>([
  ['model', { model: rejects }],
  ['attributes.x', { attributes: { x: rejects } }],
  ['context', { context: rejects }],
  ['logger', { logger: { debug: rejects, error: rejects } }],
])('bears a promise that %s gives, and says that it has rejected', async (path, options) => {
  createPanoptic({ transport: 'memory' });
  clearMemoryEvents();
  const site = `promised ${path}`;
  const answer = wrap(() => 42, { provider: 'OpenAI', site, ...options } as WrapOptions<() => number>);
  expect(answer()).toBe(42);
  await new Promise(setImmediate);
  expect(memoryEvents()).toHaveLength(1);
  expect(stats().problems).toMatchObject({ [`PAN4117 ${site} ${path}`]: 1 });
});

it('copies a list of tags, so that no later change reaches an event', () => {
  createPanoptic({ transport: 'memory' });
  clearMemoryEvents();
  const tags = ['a'];
  const answer = wrap(() => 42, { provider: 'OpenAI', site: 'tagged', tags });
  answer();
  tags.push('b');
  answer();
  expect(memoryEvents().map((event) => event.tags)).toEqual([['a'], ['a']]);
});
