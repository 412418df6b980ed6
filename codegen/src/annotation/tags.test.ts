import { expect, it } from 'vitest';
import { findTags } from './tags.ts';

const tagsOf = (comment: string): { billable: string[]; misspelt: string[] } => {
  const { billable, misspelt } = findTags(comment, 3, comment.length - 2);
  const text = ({ start, end }: { start: number; end: number }): string => `${start} ${comment.slice(start, end)}`;
  return { billable: billable.map(text), misspelt: misspelt.map(text) };
};

it.each([
  ['/** @billable provider=X */', ['4 @billable']],
  ['/**@billable*/', ['3 @billable']],
  ['/**\n   * Text.\n   * @billable\n   */', ['20 @billable']],
  ['/**\r\n\t@billable\r\n*/', ['6 @billable']],
  ['/** @billable\n * @billable */', ['4 @billable', '17 @billable']],
])('finds the tag in %j', (comment, expected) => {
  expect(tagsOf(comment)).toEqual({ billable: expected, misspelt: [] });
});

it.each([
  '/** Use @billable here. */',
  '/** x@billable.com */',
  '/** {@link billable} `@billable` */',
  '/**\n * ```\n * @billable provider=X\n * ```\n */',
  '/**\n * ~~~ts\n * ```\n * @billable provider=X\n * ~~~\n */',
  '/** @billables */',
  '/** @callable @fillable */',
  '/** @internal */',
])('finds none in %j', (comment) => {
  expect(tagsOf(comment).billable).toEqual([]);
});

it('goes on behind a closed fence', () => {
  expect(tagsOf('/**\n * ```\n * x\n * ```\n * @billable\n */').billable).toHaveLength(1);
});

it('notices misspelt tags', () => {
  expect(tagsOf('/** @bilable\n * @Billable\n * @billabel\n * @callable */').misspelt).toEqual([
    '4 @bilable',
    '16 @Billable',
    '29 @billabel',
  ]);
});
