import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { placeOf } from '../files/place.ts';
import { parseCount } from '../syntax/parse.ts';
import { rewriteFile } from './rewrite-file.ts';
import { hasSyncHooks } from './sync-hooks.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-register-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): string {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
}

const TAGGED = '/** @billable provider=OpenAI */\nexport const ask = () => 1;\n';

beforeAll(() => {
  write('package.json', '{ "name": "shop" }');
  write('node_modules/@panoptic/runtime/package.json', '{ "exports": { "./instrument": "./instrument.js" } }');
  write('node_modules/@panoptic/runtime/instrument.js', '');
});

it.each([
  ['plain.js', 'export const ask = () => 1;'],
  ['data.json', TAGGED],
  ['node_modules/library/index.js', TAGGED],
])('does not parse %s', (file, text) => {
  const before = parseCount();
  expect(rewriteFile(write(file, text))).toBeUndefined();
  expect(parseCount()).toBe(before);
});

it('parses and rewrites a file with the tag', () => {
  const before = parseCount();
  const rewritten = rewriteFile(write('ask.js', TAGGED));
  expect(parseCount()).toBe(before + 1);
  expect(rewritten?.ids).toHaveLength(1);
  expect(rewritten?.code).toContain(rewritten?.ids[0]);
  expect(rewritten?.code).toMatch(/\n\/\/# sourceMappingURL=data:application\/json\S+\n$/);
});

it('takes a byte order mark for no difference', () => {
  expect(rewriteFile(write('marked.js', `\uFEFF${TAGGED}`))?.source).toBe(TAGGED);
});

it('leaves a file that only mentions the tag as it is', () => {
  expect(rewriteFile(write('prose.js', 'export const tag = "@billable";'))).toBeUndefined();
});

it('shows of a file its package and the path in it, as a build does', () => {
  write('src/old/package.json', '{ "type": "commonjs" }');
  const place = placeOf(path.join(root, 'src', 'old', 'a.js'));
  expect(place).toMatchObject({ packageName: 'shop', file: 'src/old/a.js', root });
});

it.each([
  ['20.20.2', false],
  ['22.15.0', false],
  ['22.22.3', true],
  ['23.11.0', false],
  ['24.11.0', false],
  ['24.12.0', true],
  ['26.0.0', true],
])('knows whether hooks of Node %s can be relied on: %s', (version, reliable) => {
  expect(hasSyncHooks(version)).toBe(reliable);
});
