import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCount } from '../syntax/parse.ts';
import transformer from './index.ts';
import type { JestOptions, TransformOptions } from './jest.types.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-jest-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): string {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
}

const ANSWER = '{ code: code + "//" + JSON.stringify(options) }';

beforeAll(() => {
  write('package.json', '{ "name": "shop" }');
  write('node_modules/@panoptic/runtime/package.json', '{ "exports": { "./instrument": "./instrument.js" } }');
  write('node_modules/@panoptic/runtime/instrument.js', '');
  write(
    'both.cjs',
    `exports.createTransformer = (own) => ({ process: (code, _, options) => (${ANSWER}), getCacheKey: () => 'both' + JSON.stringify(own) });`,
  );
  write('later.cjs', 'exports.processAsync = async (code) => ({ code });');
  write('module.mjs', 'export const process = (code) => ({ code });');
});

const file = (name = 'ask.js'): string => path.join(root, name);
const jest: TransformOptions = {
  config: { rootDir: root },
  configString: '{}',
  instrument: true,
  supportsStaticESM: false,
  transformerConfig: { transformer: false },
};
const make = (options: JestOptions) => transformer.createTransformer(options);

const TAGGED = '/** @billable provider=OpenAI */\nexports.ask = () => 1;\n';
const PLAIN = 'exports.ask = () => 1;\n';

it('parses and rewrites nothing but files with the tag, outside of node_modules', () => {
  const { process } = make({ transformer: false });
  const before = parseCount();
  expect(process?.(PLAIN, file(), jest)).toEqual({ code: PLAIN });
  expect(process?.(TAGGED, file('node_modules/x/index.js'), jest)).toEqual({ code: TAGGED });
  expect(parseCount()).toBe(before);
  const { code, map } = process?.(TAGGED, file(), jest) ?? {};
  expect(code).toContain("require('@panoptic/runtime/instrument')");
  expect(code).toMatch(/\n\/\/# sourceMappingURL=data:application\/json\S+\n$/);
  expect(map.sources).toEqual([file()]);
});

it('takes a file that could be both for what Jest runs it as', () => {
  const { process } = make({ transformer: false });
  const either = '/** @billable provider=OpenAI */\nfunction ask() {}\nask();\n';
  expect(process?.(either, file(), jest).code).toContain('= require(');
  expect(process?.(either, file(), { ...jest, supportsStaticESM: true }).code).toMatch(/^import \{/m);
});

describe('the compiler behind it', () => {
  it('gets its own options, and is told that coverage is counted by Jest', () => {
    const { process, canInstrument } = make({ transformer: ['<rootDir>/both.cjs', { loose: true }] });
    expect(canInstrument).toBe(false);
    const { code = '' } = process?.(PLAIN, file(), jest) ?? {};
    expect(JSON.parse(code.slice(code.indexOf('//') + 2))).toMatchObject({
      instrument: false,
      transformerConfig: { loose: true },
    });
  });

  it('may be asynchronous, or a module', async () => {
    const later = make({ transformer: '<rootDir>/later.cjs' });
    expect(await later.processAsync?.(PLAIN, file(), jest)).toEqual({ code: PLAIN });
    expect(() => later.process?.(PLAIN, file(), jest)).toThrow(/PAN1404[\s\S]*only be used for modules/);
    const { code } = (await make({ transformer: '<rootDir>/module.mjs' }).processAsync?.(TAGGED, file(), jest)) ?? {};
    expect(code).toContain('@panoptic/runtime/instrument');
  });

  it.each([[42], [['a', 'b']], [['a', {}, {}]], [[]], [true]])('is refused when it is none: %j', (value) => {
    expect(() => make({ transformer: value as unknown as string })).toThrow(/PAN1404[\s\S]*`transformer` takes a name/);
  });
});

it('keys the cache by everything that changes what comes out', async () => {
  const keys = new Set<string | undefined>();
  const key = (options: JestOptions, source = TAGGED, more: Partial<TransformOptions> = {}): void => {
    keys.add(make(options).getCacheKey?.(source, file(), { ...jest, ...more }));
  };
  key({ transformer: false });
  key({ transformer: false });
  expect(keys.size).toBe(1);
  key({ transformer: false, strict: true });
  key({ transformer: false }, `${TAGGED} `);
  key({ transformer: false }, TAGGED, { instrument: false });
  key({ transformer: false }, TAGGED, { supportsStaticESM: true });
  key({ transformer: '<rootDir>/both.cjs' });
  key({ transformer: ['<rootDir>/both.cjs', { loose: true }] });
  write('package.json', '{ "name": "renamed" }');
  key({ transformer: false });
  expect(keys.size).toBe(8);
  const { getCacheKey, getCacheKeyAsync } = make({ transformer: '<rootDir>/both.cjs' });
  expect(await getCacheKeyAsync?.(TAGGED, file(), jest)).toBe(getCacheKey?.(TAGGED, file(), jest));
});
