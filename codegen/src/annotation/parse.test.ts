import { providerTable } from '@panoptic/runtime/providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../diagnostics/finding.ts';
import type { Annotation } from './annotation.types.ts';
import { parseAnnotation } from './parse.ts';
import { findTags } from './tags.ts';

function read(
  comment: string,
  own: Record<string, string> = {},
): { annotation: Annotation | undefined; findings: Finding[] } {
  const findings: Finding[] = [];
  const tags = findTags(comment, 3, comment.length - 2);
  const [tag] = tags.billable;
  if (tag === undefined) throw new Error(`No tag in ${comment}`);
  const annotation = parseAnnotation(comment, tags, tag, providerTable(own), (finding) => findings.push(finding));
  return { annotation, findings };
}

const found = (comment: string): string[] =>
  read(comment).findings.map(({ code, start, end }) => `${code} ${comment.slice(start, end)}`);

describe('values', () => {
  it('are words, strings, numbers, truth values and lists', () => {
    const { annotation } = read(
      `/** @billable provider=openai service="a b" model='it\\'s' resource=v4.1 quantity=2.5 tags=a,"b c",d attributes.n=3 attributes.t=true attributes.s="3" */`,
    );
    expect(annotation?.provider).toEqual({ name: 'OpenAI', category: 'AI' });
    expect(annotation?.values).toEqual({
      service: 'a b',
      model: "it's",
      resource: 'v4.1',
      quantity: 2.5,
      tags: ['a', 'b c', 'd'],
    });
    expect(annotation?.attributes).toEqual({ n: 3, t: true, s: '3' });
  });

  it('keep decimals that a float would round', () => {
    expect(read('/** @billable provider=System amount=0.1 */').annotation?.values).toEqual({ amount: 0.1 });
    expect(read('/** @billable provider=System amount=0.10000000000000000001 */').annotation?.values).toEqual({
      amount: '0.10000000000000000001',
    });
  });

  it('are references with a path', () => {
    const { annotation } = read('/** @billable provider=System quantity=$items.0.count user=$this.id model=$result */');
    expect(annotation?.references).toMatchObject([
      { key: 'quantity', root: 'items', path: [0, 'count'] },
      { key: 'user', root: 'this', path: ['id'] },
      { key: 'model', root: 'result', path: [] },
    ]);
  });

  it('are text when quoted, whatever they look like', () => {
    expect(read(`/** @billable provider=System user="$name" */`).annotation?.values).toEqual({ user: '$name' });
  });
});

describe('the tag ends', () => {
  it.each([
    ['at the end of the comment', '/** @billable provider=System */'],
    ['at a blank line', '/** @billable provider=System\n *\n * service=no */'],
    ['at the next tag', '/** @billable provider=System\n * @param service=no */'],
    ['at prose', '/** @billable provider=System Reads service=no */'],
    ['at a fence', '/** @billable provider=System\n * ```\n * service=no\n * ``` */'],
  ])('%s', (_, comment) => {
    const { annotation, findings } = read(comment);
    expect(findings).toEqual([]);
    expect(annotation?.values).toEqual({});
    expect(comment.slice(0, annotation?.end)).toBe('/** @billable provider=System');
  });

  it('not at the end of a line', () => {
    const { annotation } = read('/**\n * @billable provider=System\n *   service=a\n unit=b\n */');
    expect(annotation?.values).toEqual({ service: 'a', unit: 'b' });
  });
});

describe('providers', () => {
  it('of the user win', () => {
    const own = { Initech: 'API', OpenAI: 'RESOLD' };
    expect(read('/** @billable provider=initech */', own).annotation?.provider).toEqual({
      name: 'Initech',
      category: 'API',
    });
    expect(read('/** @billable provider=OpenAI */', own).annotation?.provider.category).toBe('RESOLD');
    expect(read('/** @billable provider=Initch */', own).findings[0]?.fix).toContain('`Initech`');
  });

  it('that nobody knows are taken as they are', () => {
    expect(read('/** @billable provider=Acme */').annotation?.provider).toEqual({
      name: 'Acme',
      category: 'USER_DEFINED',
    });
  });
});

it.each([
  ['/** @billable */', ['PAN1101 @billable']],
  ['/** @billable provider="" */', ['PAN1104 ""']],
  ['/** @billable provider= */', ['PAN1104 provider=']],
  ['/** @billable provider=A, service=b */', ['PAN1104 ,']],
  ['/** @billable provider=A, */', ['PAN1104 ,']],
  ['/** @billable =A provider=B */', ['PAN1102 =']],
  ['/** @billable(provider=A) */', ['PAN1102 (provider']],
  ['/** @billable provider =A */', ['PAN1107 provider =']],
  ['/** @billable provider=$name */', ['PAN1113 $name']],
  ['/** @billable provider=A user=$ */', ['PAN1112 $']],
  ['/** @billable provider=A user=$a..b */', ['PAN1112 $a..b']],
  ['/** @billable provider=A user=$a[0] */', ['PAN1112 $a[0]']],
  ['/** @billable provider=A quantity=1e */', ['PAN1105 1e']],
  ['/** @billable provider=A quantity=Infinity */', ['PAN1105 Infinity']],
  ['/** @billable provider=A sample=1.01 */', ['PAN1110 1.01']],
  ['/** @billable provider=A constructor=x */', ['PAN1102 constructor']],
  ['/** @billable provider=A __proto__=x */', ['PAN1102 __proto__']],
  ['/** @billable provider=A tags=a,$b */', ['PAN1105 a,$b']],
])('reports what is wrong in %s', (comment, expected) => {
  expect(found(comment)).toEqual(expected);
  expect(read(comment).annotation).toBeUndefined();
});

it('never throws, and every finding lies inside the comment', () => {
  const part = fc.constantFrom(
    'provider',
    'tags',
    '=',
    ',',
    ' ',
    '"',
    "'",
    '\\',
    '$',
    '.',
    '\n',
    ' * ',
    '@x',
    'a',
    '1',
    '`',
    '😀',
  );
  let reported = 0;
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const comment = `/** @billable ${parts.join('')} */`;
      const { annotation, findings } = read(comment);
      for (const { start, end } of findings) {
        reported++;
        expect(start).toBeGreaterThanOrEqual(3);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(comment.length - 2);
      }
      expect(annotation === undefined).toBe(findings.length > 0);
    }),
    { numRuns: 2000 },
  );
  expect(reported).toBeGreaterThan(0);
});
