import { describe, expect, it } from 'vitest';
import { parseCount } from './syntax/parse.ts';
import { transform } from './transform.ts';

const TAGGED = '/** @billable provider=OpenAI service=chat */\nexport const ask = async (prompt: string) => prompt;\n';

it('does not parse a file without the tag', () => {
  const before = parseCount();
  const code = 'export const ask = () => ((;';
  expect(transform(code, 'a.ts')).toEqual({ code, map: null, billables: [], diagnostics: [], stages: undefined });
  expect(parseCount()).toBe(before);
  transform(TAGGED, 'a.ts');
  expect(parseCount()).toBe(before + 1);
});

it('does not parse declarations: their code was honoured where it is', () => {
  const before = parseCount();
  for (const id of ['a.d.ts', 'a.d.mts', 'a.d.cts']) expect(transform(TAGGED, id).code).toBe(TAGGED);
  expect(parseCount()).toBe(before);
});

it('describes what it found', () => {
  const { billables } = transform(TAGGED, '/somewhere/a.ts', { packageName: 'p', file: 'src/a.ts' });
  const { id, ...rest } = billables[0] ?? { id: '' };
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(rest).toEqual({
    name: 'ask',
    kind: 'arrow',
    async: true,
    generator: false,
    provider: 'OpenAI',
    category: 'AI',
    service: 'chat',
    line: 2,
    column: 20,
    start: TAGGED.indexOf('async'),
    end: TAGGED.indexOf(';'),
  });
});

describe('code for a browser', () => {
  it('imports what delivers there, and names the endpoint as far as the build knows it', () => {
    const instrument = '@panoptic/runtime/instrument/client';
    const named = transform(TAGGED, 'a.ts', { instrument, endpoint: '/panoptic' }).code;
    expect(named).toContain(" from '@panoptic/runtime/instrument/client';");
    expect(named).toContain("\n  }, '/panoptic');\n}\n");
    const { code } = transform(TAGGED, 'a.ts', { instrument });
    expect(code).toMatch(/\n {2}\}\);\n\}\n/);
    expect(transform(TAGGED, 'a.ts').code.replace('/instrument', '/instrument/client')).toBe(code);
  });

  it('does so in CommonJS and in components', () => {
    const client = { instrument: '@panoptic/runtime/instrument/client', endpoint: '/panoptic' };
    expect(transform(TAGGED.replace('export ', ''), 'a.cts', client).code).toContain(
      "require('@panoptic/runtime/instrument/client')",
    );
    const { sites } = transform(`<script lang="ts">\n${TAGGED}</script>\n`, 'A.svelte', client);
    expect(sites?.code).toContain("from '@panoptic/runtime/instrument/client'");
    expect(sites?.code).toContain("}, '/panoptic');");
  });
});

describe('the site id', () => {
  const idOf = (code: string, packageName: string, file: string): string | undefined =>
    transform(code, 'a.ts', { packageName, file }).billables[0]?.id;

  it('stays when lines move and differs by package, file and name', () => {
    const id = idOf(TAGGED, 'p', 'a.ts');
    expect(idOf(`// moved\n${TAGGED}`, 'p', 'a.ts')).toBe(id);
    expect(idOf(TAGGED, 'q', 'a.ts')).not.toBe(id);
    expect(idOf(TAGGED, 'p', 'b.ts')).not.toBe(id);
    expect(idOf(TAGGED.replace('ask', 'tell'), 'p', 'a.ts')).not.toBe(id);
  });

  it('differs for two functions of one name', () => {
    const twice = `{${TAGGED.replace('export ', '')}}\n{${TAGGED.replace('export ', '')}}`;
    const ids = transform(twice, 'a.ts').billables.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });
});

it('puts no path of the machine into the output', () => {
  expect(transform(TAGGED, '/home/ada/app/src/a.ts', { file: 'src/a.ts' }).code).not.toContain('/home');
});

it('ignores the query of an id', () => {
  expect(transform(TAGGED, 'a.ts?v=1#x').billables).toHaveLength(1);
});

it.each(['ts', 'mts', 'cts', 'tsx', 'js', 'mjs', 'cjs', 'jsx'])('takes .%s files', (extension) => {
  const code = `/** @billable provider=System */\nconst one = () => 1;\n`;
  const result = transform(code, `a.${extension}`);
  expect(result.diagnostics).toEqual([]);
  expect(result.code.includes('ReturnType')).toBe(extension.includes('ts'));
  expect(result.code.includes('require(')).toBe(extension.startsWith('c'));
});

it.each([
  "Object.defineProperty(exports, 'f', { get: () => f });",
  'Object.assign( exports, { f });',
  'export={ f };',
  "import a = require('a'); export = f",
])('takes %s for CommonJS', (statement) => {
  expect(transform(`${TAGGED}${statement}\n`.replace('export const', 'const'), 'a.ts').code).toMatch(
    /^const \{ site: __pan_site \} = require\(/,
  );
});

it('takes a sloppy script for CommonJS: as a module it would be strict', () => {
  const { code } = transform(
    '/** @billable provider=System */\nfunction f(o) { with (o) o = this; return o; }\n',
    'a.js',
  );
  expect(code).toMatch(/^const \{ site: __pan_site \} = require\(/);
});

it('reports an expression that is too deep for the parser', () => {
  const { code, diagnostics } = transform(`${TAGGED}export const sum = ${'1 + '.repeat(50_000)}1;`, 'a.ts');
  expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([['PAN1001', 1]]);
  expect(code).toContain('1 + 1');
});

it('makes no map when none is wanted', () => {
  expect(transform(TAGGED, 'a.ts', { sourcemap: false }).map).toBeNull();
});

it('makes warnings errors when strict', () => {
  const code = `${TAGGED}/** @bilable */\nexport const tell = () => 1;`;
  expect(transform(code, 'a.ts').diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
  expect(transform(code, 'a.ts', { strict: true }).diagnostics.map(({ severity }) => severity)).toEqual(['error']);
});

it('knows providers of the user', () => {
  const { billables } = transform(TAGGED.replace('OpenAI', 'Initech'), 'a.ts', { providers: { Initech: 'API' } });
  expect(billables[0]).toMatchObject({ provider: 'Initech', category: 'API' });
});

it('shows its stages, as data that can cross to another thread', () => {
  const { stages, code } = transform(TAGGED, 'a.ts', { stages: true });
  expect(structuredClone(stages)).toEqual(stages);
  expect(stages?.parse.functions).toBe(1);
  expect(stages?.annotations[0]?.entries.map(({ key, value }) => [key, value])).toEqual([
    ['provider', 'OpenAI'],
    ['service', 'chat'],
  ]);
  let rebuilt = TAGGED;
  for (const { at, text } of stages?.edits.toReversed() ?? [])
    rebuilt = rebuilt.slice(0, at) + text + rebuilt.slice(at);
  expect(rebuilt).toBe(code);
});

it('rewrites the good functions of a file that has bad ones', () => {
  const { billables, diagnostics } = transform(`${TAGGED}/** @billable */\nexport const bad = () => 1;`, 'a.ts');
  expect(billables.map(({ name }) => name)).toEqual(['ask']);
  expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([['PAN1101', 3]]);
});
