import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, expect, it, vi } from 'vitest';
import { createPanoptic } from './full.ts';
import type { EdgeOptions } from './options.ts';
import { createPanoptic as createPanopticOfPage } from './panoptic.ts';
import { resolveEdge } from './resolve.ts';

afterEach(() => vi.unstubAllGlobals());

const problems = (options: object): [string, string][] =>
  resolveEdge(options as EdgeOptions).problems.map(({ code, name }) => [code, name]);

it('takes an address, and defaults for everything else', () => {
  const { config, problems } = resolveEdge({ endpoint: 'https://api.example/panoptic' });
  expect(problems).toEqual([]);
  expect(config).toMatchObject({
    endpoint: 'https://api.example/panoptic',
    transport: 'endpoint',
    maxWaitTimeMs: 1000,
  });
});

it('takes a path in a page, and nowhere else', () => {
  expect(problems({ endpoint: '/panoptic' })).toEqual([['PAN4101', 'endpoint']]);
  vi.stubGlobal('document', {});
  vi.stubGlobal('location', { href: 'https://shop.example/cart' });
  expect(problems({ endpoint: '/panoptic' })).toEqual([]);
  vi.stubGlobal('location', { href: 'about:blank' });
  expect(problems({ endpoint: '/panoptic' })).toEqual([]);
});

it.each<[string, object, [string, string][]]>([
  ['a variable that is not set', { endpoint: undefined }, [['PAN4103', 'endpoint']]],
  ['another protocol', { endpoint: 'ftp://x' }, [['PAN4101', 'endpoint']]],
  ['a password', { endpoint: 'https://u:p@x' }, [['PAN4101', 'endpoint']]],
  ['a misspelt name', { endpont: 'https://x' }, [['PAN4102', 'endpont']]],
  [
    'what is for a server',
    { mongodb: { uri: 'mongodb://x' }, dir: '/x' },
    [
      ['PAN4150', 'mongodb'],
      ['PAN4150', 'dir'],
    ],
  ],
  [
    'what the server says',
    { project: 'p', username: 'e' },
    [
      ['PAN4152', 'project'],
      ['PAN4152', 'username'],
    ],
  ],
  [
    'several at once',
    { maxWaitTimeMs: 0, waitUntil: true },
    [
      ['PAN4101', 'waitUntil'],
      ['PAN4101', 'maxWaitTimeMs'],
    ],
  ],
])('refuses %s', (_, options, expected) => {
  expect(problems(options)).toEqual(expected);
});

it.each([null, 'https://x/', 5, true, [[]]])('refuses what is no object of options as that: %j', (given) => {
  const message = 'PAN4101: options of createPanoptic must be an object.';
  expect(() => createPanoptic(given as never)).toThrow(message);
  expect(() => createPanopticOfPage(given as never)).toThrow(message);
});

it('knows what else is for a server, and calls none of it misspelt', () => {
  const ofServers = { sampling: 0.1, rateLimit: 5, dedupe: 1000, aggregate: 1000, timing: 'detailed', redact: ['x'] };
  const expected = Object.keys(ofServers).map((name) => ['PAN4150', name]);
  expect(problems(ofServers)).toEqual(expected);
  expect(problems({ logger: { level: 'info' }, trace: true })).toEqual([
    ['PAN4150', 'logger'],
    ['PAN4150', 'trace'],
  ]);
});

it('takes a secret in a worker, and refuses it in a page', () => {
  const options = { endpoint: 'https://x/', token: 't', project: 'p', asyncLocalStorage: AsyncLocalStorage };
  expect(problems(options)).toEqual([]);
  vi.stubGlobal('document', {});
  expect(problems(options)).toEqual([['PAN4151', 'token']]);
});
