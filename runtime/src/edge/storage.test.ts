import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { saidByCause } from '../diagnostics/say.ts';
import type { ContextHolder } from '../instrument/state.ts';
import { runtimeState } from '../instrument/state.ts';
import { createStorage, outermost, useStorage } from './storage.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  saidByCause().clear();
  runtimeState().storage = undefined;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const holder = (tenant_id: string): ContextHolder => ({ snapshot: { data: { tenant_id }, serial: 0, index: 0 } });
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

it('takes the AsyncLocalStorage that is global, without a word', async () => {
  vi.stubGlobal('AsyncLocalStorage', AsyncLocalStorage);
  const storage = createStorage();
  const scope = holder('acme');
  await storage.run(scope, async () => {
    await tick();
    expect(storage.getStore()).toBe(scope);
  });
  expect(saidByCause().size).toBe(0);
  expect(outermost()).toBeUndefined();
});

it('covers the synchronous part without one, and says so where many users share a worker', async () => {
  const storage = createStorage();
  expect([...saidByCause().keys()]).toEqual(['PAN3306 PAN3306']);
  const scope = holder('acme');
  const done = storage.run(scope, async () => {
    expect(storage.getStore()).toBe(scope);
    await tick();
    return storage.getStore();
  });
  expect(storage.getStore()).toBeUndefined();
  expect(await done).toBeUndefined();
  // nobody's metadata must become everybody's
  expect(outermost()).toBeUndefined();
});

it('closes a scope whose work throws', () => {
  const storage = createStorage();
  const fail = (): never => {
    throw new Error('no');
  };
  expect(() => storage.run(holder('a'), () => storage.run(holder('b'), fail))).toThrow('no');
  expect(storage.getStore()).toBeUndefined();
});

it('has metadata of the whole page in a page, below that of open scopes', () => {
  vi.stubGlobal('document', {});
  const page = outermost();
  expect(page).toBeDefined();
  expect(outermost()).toBe(page);
  const { storage } = runtimeState();
  expect(storage?.getStore()).toBe(page);
  const scope = holder('acme');
  storage?.run(scope, () => expect(storage.getStore()).toBe(scope));
  expect(saidByCause().size).toBe(0);
});

it('goes on with the one it is given', async () => {
  runtimeState().storage = createStorage();
  useStorage(AsyncLocalStorage);
  const scope = holder('acme');
  const { storage } = runtimeState();
  expect(await storage?.run(scope, () => tick().then(() => storage.getStore()))).toBe(scope);
});
