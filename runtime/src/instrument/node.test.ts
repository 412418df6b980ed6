import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it } from 'vitest';
import { SITE_INFO } from '../../../fixtures/tools/site-info.ts';
import { memoryEvents } from '../index.ts';
import { site } from './node.ts';
import type { SiteInfo } from './site.types.ts';
import { runtimeState } from './state.ts';

const info: SiteInfo = {
  ...SITE_INFO,
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

/** A proxy that writes down what it is asked. */
function witness(asked: string[]): object {
  const handler = new Proxy(
    {},
    {
      get(_, trap) {
        asked.push(String(trap));
      },
    },
  );
  return new Proxy({}, handler);
}

it.each([
  ['returned', (proxy: object) => proxy],
  ['returned', (proxy: object): object => Object.create(proxy)],
  ['threw', (proxy: object) => proxy],
  ['threw', (proxy: object): object => Object.setPrototypeOf([], Object.create(proxy))],
] as const)('asks nothing of a proxy that it %s, nor of one among the prototypes: %s', (how, made) => {
  const asked: string[] = [];
  const value = made(witness(asked));
  asked.length = 0;
  const call = site(1, info).begin();
  call[how](value);
  call.end();
  expect(asked).toEqual([]);
});

it('leaves an object alone that has the prototype of a promise and is none', () => {
  const hollow = Object.create(Promise.prototype);
  const call = site(1, info).begin();
  expect(call.returned(hollow)).toBe(hollow);
  call.end();
  expect(Reflect.ownKeys(hollow)).toEqual([]);
});
