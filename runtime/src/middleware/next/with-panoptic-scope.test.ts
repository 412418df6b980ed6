import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { recordInMemory } from '../../../../fixtures/tools/http-events.ts';
import { getExecutionMetadata } from '../../context/index.ts';
import { withPanopticScope } from './index.ts';

recordInMemory();

let headers: (() => Promise<Headers>) | undefined;
vi.mock('next/headers.js', async (original) => {
  const real = await original<typeof import('next/headers.js')>();
  return { headers: () => headers?.() ?? real.headers() };
});
const stderr = vi.spyOn(console, 'error');
beforeEach(() => {
  stderr.mockReset().mockImplementation(() => {});
});
afterEach(() => {
  headers = undefined;
});

const tenant = withPanopticScope(async (prefix: string) => `${prefix} ${getExecutionMetadata()?.tenant_id}`, {
  extractMetadata: (request) => ({ tenant_id: request.headers.get('x-tenant') ?? undefined }),
});

it('opens a scope by the headers of the request', async () => {
  headers = async () => new Headers({ 'x-tenant': 'ada' });
  expect(await tenant('of')).toBe('of ada');
});

it('goes on where Next knows of no request, and says so', async () => {
  expect(await tenant('of')).toBe('of undefined');
  expect(stderr.mock.calls.map(String)).toEqual([expect.stringContaining('PAN3205')]);
});

it('lets through what Next throws for itself', async () => {
  const bailout = Object.assign(new Error('Dynamic server usage'), { digest: 'DYNAMIC_SERVER_USAGE' });
  headers = () => Promise.reject(bailout);
  await expect(tenant('of')).rejects.toBe(bailout);
  headers = () => {
    throw bailout;
  };
  await expect(tenant('of')).rejects.toBe(bailout);
  expect(stderr).not.toHaveBeenCalled();
});
