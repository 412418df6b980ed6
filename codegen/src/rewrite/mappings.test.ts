import { readFileSync } from 'node:fs';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import MagicString from 'magic-string';
import { expect, it } from 'vitest';
import type { Edit } from './edit.ts';
import { mappings, vlq } from './mappings.ts';
import { applyEdits, sourceMap } from './rewrite.ts';

it('writes numbers as source maps do', () => {
  expect([0, 1, -1, 15, 16, -16, 1000].map(vlq)).toEqual(['A', 'C', 'D', 'e', 'gB', 'hB', 'w+B']);
});

/** Positions of every word of the output, and where a map says they came from. */
function trace(output: string, map: string): { word: string; line: number | null; column: number | null }[] {
  const traceMap = new TraceMap(map);
  return output.split('\n').flatMap((text, index) =>
    [...text.matchAll(/[\p{ID_Continue}$]+|[^\s]/gu)].map(({ 0: word, index: column }) => {
      const original = originalPositionFor(traceMap, { line: index + 1, column });
      return { word, line: original.line, column: original.column };
    }),
  );
}

const sources = ['mappings.ts', 'body.ts', 'site.ts'].map((name) =>
  readFileSync(new URL(name, import.meta.url), 'utf8'),
);
const odd = ['', '\n\n', 'a', '\ufeffconst größe = "💰";\r\n\tlet x;\r\n', `${'x '.repeat(200)}\n${' '.repeat(100)}y`];

it.each([...sources, ...odd])('agrees with magic-string on every original token (source %#)', (source) => {
  const spots = [...source.matchAll(/[{}=]/g)].map(({ index }) => index);
  const edits: Edit[] = spots.map((at, index) => ({
    at,
    text: index % 5 === 0 ? ' /*a*/\n/*b*/ ' : ' /* inserted */ ',
  }));
  edits.push({ at: source.length, text: '\nend\n' });
  const reference = new MagicString(source);
  for (const { at, text } of edits) reference.appendLeft(at, text);
  const output = applyEdits(source, edits);
  expect(output).toBe(reference.toString());

  const expected = reference.generateMap({ source: 'a.ts', hires: true, includeContent: true });
  const ours = trace(output, sourceMap(source, edits, 'a.ts').toString());
  const lines = source.split('\n');
  let original = 0;
  trace(output, expected.toString()).forEach(({ word, line, column }, index) => {
    // What was inserted maps to whatever stands before it, and that may differ.
    if (line === null || column === null || !lines[line - 1]?.startsWith(word, column)) return;
    expect(ours[index]).toEqual({ word, line, column });
    original++;
  });
  expect(original).toBeGreaterThanOrEqual(source.trim() === '' ? 0 : 1);
});

it('is as long as the output has lines', () => {
  expect(mappings('a\nb\n', [{ at: 4, text: 'c\nd' }]).split(';')).toHaveLength(4);
});
