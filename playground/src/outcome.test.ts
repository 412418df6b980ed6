import type { Diagnostic } from '@panoptic/codegen';
import { transform } from '@panoptic/codegen';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './outcome.ts';
import type { Rewrite } from './worker/protocol.ts';

function rewriteOf(source: string): Rewrite {
  const { code, billables, diagnostics } = transform(source, 'a.ts', { sourcemap: false });
  return { file: 'a.ts', source, code, billables, diagnostics, annotations: [], edits: [], ms: 0 };
}

const kindOf = (source: string): string => outcomeOf(source, rewriteOf(source), undefined).kind;
const FUNCTION = 'export function a() {\n  return 1;\n}\n';

describe('outcome', () => {
  it.each([
    ['empty', ' \n'],
    ['unannotated', FUNCTION],
    ['unparsed', '/** @billable provider=System */\nfunction a( {}'],
    ['refused', `/** @billable provider=OpenIA */\n${FUNCTION}`],
    ['rewritten', `/** @billable provider=System */\n${FUNCTION}`],
  ])('is %s', (kind, source) => {
    expect(kindOf(source)).toBe(kind);
  });

  it('counts the errors beside code that could be rewritten', () => {
    const source = `/** @billable provider=System */\n${FUNCTION}/** @billable provider=OpenIA */\nfunction b() {}\n`;
    expect(outcomeOf(source, rewriteOf(source), undefined)).toEqual({ kind: 'rewritten', errors: 1 });
  });

  it('names the place where the parser stopped', () => {
    const source = '/** @billable provider=System */\nfunction a( {}';
    const outcome = outcomeOf(source, rewriteOf(source), undefined);
    expect(outcome).toMatchObject({ kind: 'unparsed', problem: { line: 2 } satisfies Partial<Diagnostic> });
  });

  it('waits for the first answer, and prefers a failure to an older answer', () => {
    expect(outcomeOf(FUNCTION, undefined, undefined)).toEqual({ kind: 'loading' });
    expect(outcomeOf(FUNCTION, rewriteOf(FUNCTION), 'gone')).toEqual({ kind: 'failed', reason: 'gone' });
  });
});
