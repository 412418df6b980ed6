import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { inventory } from './inventory.ts';
import { InventoryError } from './inventory-error.ts';

const COMPILER = { strict: true, target: 'es2022', module: 'nodenext', types: [] };
const TSCONFIG = JSON.stringify({ compilerOptions: COMPILER, include: ['src'] });

function project(files: Record<string, string>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'panoptic-inventory-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

const take = (root: string) =>
  inventory({
    tsconfig: path.join(root, 'tsconfig.json'),
    place: (file) => ({ packageName: 'desk', file: path.relative(root, file) }),
  });

it('gives the types the checker resolves, across files', async () => {
  const root = project({
    'tsconfig.json': TSCONFIG,
    'src/price.ts':
      'export interface Price { readonly cents: number }\nexport const price = (): Price => ({ cents: 1 });',
    'src/quote.ts': [
      "import { type Price, price } from './price.js';",
      '/** @billable provider=System service=pricing */',
      'export const quote = <T extends string>(lines: readonly T[], options?: { vip: boolean }) => price();',
      'export class Desk<T> {',
      '  /** @billable provider=OpenAI */ static async open(name: string): Promise<Desk<Price>> { return new Desk(); }',
      '}',
      '/** @billable provider=System */',
      'export function pick(a: string): string;',
      'export function pick(a: number): number;',
      'export function pick(a: string | number) { return a; }',
      '/** @billable provider=System */',
      'export const later = function (x: number) { return x > 0 ? Promise.resolve(x) : undefined; };',
    ].join('\n'),
  });
  const { functions, findings } = await take(root);
  expect(findings).toEqual([]);
  expect(
    functions.map(({ name, line, async, returnsPromise, provider, service, signatures }) => [
      name,
      line,
      async,
      returnsPromise,
      provider,
      service,
      ...signatures,
    ]),
  ).toEqual([
    [
      'quote',
      3,
      false,
      false,
      'System',
      'pricing',
      '<T extends string>(lines: readonly T[], options?: { vip: boolean; }): Price',
    ],
    ['Desk.open', 5, true, true, 'OpenAI', undefined, '(name: string): Promise<Desk<Price>>'],
    ['pick', expect.any(Number), false, false, 'System', undefined, '(a: string): string', '(a: number): number'],
    ['later', 12, false, true, 'System', undefined, '(x: number): Promise<number> | undefined'],
  ]);
  expect(functions[0]).toMatchObject({ package: 'desk', file: 'src/quote.ts', path: path.join(root, 'src/quote.ts') });
});

it('types members that nobody calls by their name, class fields and wrapped functions', async () => {
  const root = project({
    'tsconfig.json': TSCONFIG,
    'src/member.ts': [
      'const keep = <F>(work: F): F => work;',
      'export class Desk {',
      '  /** @billable provider=System */ constructor(readonly size: number) {}',
      '  /** @billable provider=System */ get area() { return this.size ** 2; }',
      '  /** @billable provider=System */ set area(value: number) {}',
      '  /** @billable provider=System */ open = async (name: string) => name;',
      '  /** @billable provider=System */ *[Symbol.iterator](): Generator<number> {}',
      '}',
      '/** @billable provider=System */',
      'export const kept = keep((text: string) => text.length);',
    ].join('\n'),
  });
  const { functions, findings } = await take(root);
  expect(findings).toEqual([]);
  expect(functions.map(({ name, kind, signatures }) => [name, kind, ...signatures])).toEqual([
    ['Desk.constructor', 'constructor', '(size: number): Desk'],
    ['Desk.area', 'getter', '(): number'],
    ['Desk.area', 'setter', '(value: number): void'],
    ['Desk.open', 'arrow', '(name: string): Promise<string>'],
    ['Desk.<computed>', 'method', '(): Generator<number>'],
    ['kept', 'arrow', '(text: string): number'],
  ]);
});

it('never cuts a type', async () => {
  const fields = Array.from({ length: 60 }, (_, index) => `field${index}: number`).join('; ');
  const root = project({
    'tsconfig.json': TSCONFIG,
    'src/wide.ts': `/** @billable provider=System */\nexport function wide(x: { ${fields} }) { return x; }`,
  });
  const { functions } = await take(root);
  expect(functions[0]?.signatures[0]).not.toContain('...');
  expect(functions[0]?.signatures[0]?.match(/field59: number/g)).toHaveLength(2);
});

it('follows references, and lists a file of two projects once', async () => {
  const billable = (name: string) => `/** @billable provider=System */ export function ${name}(): void {}`;
  const root = project({
    'tsconfig.json': JSON.stringify({ files: [], references: [{ path: 'a' }, { path: 'b/tsconfig.build.json' }] }),
    'a/tsconfig.json': JSON.stringify({ compilerOptions: COMPILER, include: ['.', '../shared'] }),
    'b/tsconfig.build.json': JSON.stringify({ compilerOptions: COMPILER, include: ['.', '../shared'] }),
    'a/one.ts': billable('one'),
    'b/two.ts': billable('two'),
    'shared/both.ts': billable('both'),
  });
  const { functions } = await take(root);
  expect(functions.map(({ name }) => name)).toEqual(['one', 'two', 'both']);
});

it('lists what can be billed beside what cannot', async () => {
  const root = project({
    'tsconfig.json': TSCONFIG,
    'src/mixed.ts':
      '/** @billable provider=OpenIA */\nexport const a = () => 1;\n/** @billable provider=System */\nexport const b = () => 2;',
  });
  const { functions, findings } = await take(root);
  expect(functions.map(({ name }) => name)).toEqual(['b']);
  expect(findings.map(({ diagnostic }) => [diagnostic.code, diagnostic.line])).toEqual([['PAN1108', 1]]);
});

it('names a tsconfig that cannot be read', async () => {
  const root = project({ 'tsconfig.json': '{ "compilerOptions": ' });
  const error = await take(root).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InventoryError);
  expect((error as InventoryError).message).toMatch(/^PAN1902: .*tsconfig\.json cannot be read/);
});
