import { expect, it } from 'vitest';
import { requestIdOf } from './request-id.ts';

it('makes ids that are all different, in the form of a UUID', () => {
  const ids = Array.from({ length: 10_000 }, () => requestIdOf(undefined));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
