import { expect, it } from 'vitest';
import { summarise } from './summary.ts';
import { Tally } from './tally.ts';

it('counts a file once, however often it is built', () => {
  const tally = new Tally();
  tally.note('a.ts', 2, true);
  tally.note('b.ts', 1, true);
  tally.note('a.ts', 3, true);
  expect(tally.summary).toBe('4 functions in 2 files');
  tally.note('a.ts', 0, true);
  expect(tally.summary).toBe('1 function in 1 file');
});

it('warns at 0, but not where client code is all there is', () => {
  const tally = new Tally();
  expect(summarise(tally, false, '').warnings[0]).toContain('Panoptic: 0 functions.');
  expect(summarise(tally, true, '').warnings).toEqual([]);
  tally.note('a.ts', 2, false);
  const { line, warnings } = summarise(tally, true, 'set the target');
  expect(line).toBeUndefined();
  expect(warnings[0]).toContain("client code records nothing (client: 'off'): 2 annotated functions in 1 file");
});
