import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

it('does not forget an event that was handed over anew, for one that was lost before', () => {
  const recent = new Recent();
  const [lost, anew] = [Promise.resolve(['a']), Promise.resolve([])];
  recent.note(['a', 'b'], lost);
  recent.forget('a', lost);
  expect([recent.of('a'), recent.of('b')]).toEqual([undefined, lost]);
  recent.note(['a'], anew);
  recent.forget('a', lost);
  expect(recent.of('a')).toBe(anew);
});
