import { expect, it } from 'vitest';
import { routePattern } from './route-pattern.ts';

it.each([
  ['no parameter', '/api/tickets', {}, '/api/tickets'],
  ['the root', '/', {}, '/'],
  ['a trailing slash', '/api/tickets/', {}, '/api/tickets'],
  ['one parameter', '/api/tickets/3/summary', { id: '3' }, '/api/tickets/[id]/summary'],
  ['several, in the order of the path', '/a/1/b/1', { first: '1', second: '1' }, '/a/[first]/b/[second]'],
  ['a catch-all', '/docs/a/b/c', { slug: ['a', 'b', 'c'] }, '/docs/[...slug]'],
  ['an optional catch-all without a value', '/docs', { slug: undefined }, '/docs'],
  ['a parameter before a catch-all', '/acme/docs/a/b', { org: 'acme', slug: ['a', 'b'] }, '/[org]/docs/[...slug]'],
  ['what is encoded', '/tags/caf%C3%A9%20noir', { tag: 'café noir' }, '/tags/[tag]'],
  ['what is encoded in the value', '/tags/caf%C3%A9', { tag: 'caf%C3%A9' }, '/tags/[tag]'],
  ['what cannot be decoded', '/tags/%zz', { tag: '%zz' }, '/tags/[tag]'],
  ['a value that is not in the path', '/x/y', { other: 'z' }, '/x/y'],
])('%s', (_, pathname, params, pattern) => {
  expect(routePattern(pathname, params)).toBe(pattern);
});
