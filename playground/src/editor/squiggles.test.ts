import type { Diagnostic } from '@panoptic/codegen';
import { expect, it } from 'vitest';
import { squiggles } from './squiggles.ts';

const at = (start: number, end: number): Diagnostic => ({
  code: 'PAN1',
  severity: 'error',
  message: 'Something is wrong',
  file: 'a.ts',
  line: 1,
  column: 1,
  start,
  end,
});

it.each([
  ['lies inside', 2, 5, [2, 5]],
  ['reaches beyond the end', 8, 99, [8, 10]],
  ['is empty', 4, 4, [4, 5]],
  ['is empty and at the end', 10, 10, [9, 10]],
])('marks a range that %s', (_, start, end, range) => {
  const [squiggle] = squiggles([at(start, end)], 10);
  expect([squiggle?.from, squiggle?.to]).toEqual(range);
});

it('stays within an empty document', () => {
  const [squiggle] = squiggles([at(0, 0)], 0);
  expect([squiggle?.from, squiggle?.to]).toEqual([0, 0]);
});
