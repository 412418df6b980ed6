import { transform } from '@panoptic/codegen';
import { expect, it } from 'vitest';
import { EXAMPLES } from '../examples/examples.ts';
import { insertedSpans } from './inserted.ts';

it('finds every inserted text in the result of the edits', () => {
  const source = 'const a = 1;\nconst b = 2;\n';
  const edits = [
    { at: 13, text: 'mark(1); ' },
    { at: 0, text: 'import x; ' },
    { at: 13, text: 'mark(2); ' },
    { at: source.length, text: 'end();\n' },
  ];
  const result = 'import x; const a = 1;\nmark(1); mark(2); const b = 2;\nend();\n';

  const spans = insertedSpans(edits);

  expect(spans.map(({ from, to }) => result.slice(from, to))).toEqual([
    'import x; ',
    'mark(1); ',
    'mark(2); ',
    'end();\n',
  ]);
});

it.each(EXAMPLES)('finds what was inserted into $file', ({ file, source }) => {
  const { code, stages } = transform(source, file, { stages: true, sourcemap: false });
  let rest = code;
  for (const { from, to } of insertedSpans(stages?.edits ?? []).reverse()) rest = rest.slice(0, from) + rest.slice(to);
  expect(rest).toBe(source);
});
