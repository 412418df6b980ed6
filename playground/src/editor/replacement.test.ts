import { ChangeSet, Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { replacement } from './replacement.ts';

const cases: [before: string, after: string][] = [
  ['', 'abc'],
  ['abc', ''],
  ['abc', 'abc'],
  ['aXc', 'aYYc'],
  ['aa', 'aaa'],
  ['aaa', 'aa'],
  ['one\ntwo\n', 'one\nand\ntwo\n'],
];

describe('replacement', () => {
  it.each(cases)('turns %j into %j', (before, after) => {
    const doc = Text.of(before.split('\n'));
    const changes = ChangeSet.of(replacement(before, after), before.length);
    expect(changes.apply(doc).toString()).toBe(after);
  });

  it('keeps what both share at the ends', () => {
    expect(replacement('aXc', 'aYYc')).toEqual({ from: 1, to: 2, insert: 'YY' });
  });
});
