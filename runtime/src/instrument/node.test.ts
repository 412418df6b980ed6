import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it } from 'vitest';
import { memoryEvents } from '../index.ts';
import { site } from './node.ts';
import type { SiteInfo } from './site.types.ts';
import { runtimeState } from './state.ts';

const info: SiteInfo = {
  id: 'id',
  name: 'work',
  file: 'src/work.ts',
  line: 1,
  kind: 'function',
  async: false,
  provider: 'System',
  category: 'SYSTEM',
};

it('starts delivery at the first event, not at import', () => {
  const state = runtimeState();
  expect([state.sink, state.wake]).toEqual([undefined, undefined]);
  const handle = site(1, info);
  expect(state.sink).toBeUndefined();
  const call = handle.begin();
  call.returned(1);
  call.end();
  expect(state.sink).toBeTypeOf('function');
  expect(memoryEvents()).toMatchObject([{ provider: 'System', outcome: 'ok', metadata: { function_name: 'work' } }]);
});

it('gives delivery a way out of the contexts of the application', () => {
  const request = new AsyncLocalStorage<string>();
  request.run('a request', () => {
    expect(runtimeState().outside?.(() => request.getStore() ?? 'no request')).toBe('no request');
  });
});

it.each(['returned', 'threw'] as const)('asks nothing of a proxy that it %s', (how) => {
  const asked: string[] = [];
  const handler = new Proxy(
    {},
    {
      get(_, trap) {
        asked.push(String(trap));
      },
    },
  );
  const call = site(1, info).begin();
  call[how](new Proxy({}, handler));
  call.end();
  expect(asked).toEqual([]);
});
