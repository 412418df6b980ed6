import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { applyPatch } from 'diff';
import { expect, it, onTestFinished } from 'vitest';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { commands } from './index.ts';
import { type CommandIo, EXIT } from './io.ts';

const GOOD =
  '/** @billable provider=OpenAI service=chat */\nexport async function ask(prompt: string): Promise<string> {\n  return prompt;\n}\n';
const BAD = '/** @billable provider=OpenIA */\nexport const ask = () => 1;\n';

function project(files: Record<string, string>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'panoptic-commands-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ 'package.json': '{ "name": "desk" }', ...files })) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

const commandIo = (cwd: string, color = false): CommandIo & { out(): string; err(): string } => ({
  ...capturedIo(cwd, { color }),
  table: (columns, rows) => [columns.map(({ title }) => title), ...rows].map((row) => `${row.join(' | ')}\n`).join(''),
});

it('prints a diff that turns the source into the generated code', async () => {
  const root = project({ 'src/ask.ts': GOOD });
  const io = commandIo(path.join(root, 'src'));
  expect(await commands.print({ file: 'ask.ts' }, io)).toBe(EXIT.ok);
  const whole = commandIo(root);
  expect(await commands.print({ file: 'src/ask.ts', code: true }, whole)).toBe(EXIT.ok);
  expect(io.out()).toMatch(/^--- a\/ask\.ts\n\+\+\+ b\/ask\.ts\n@@ /);
  expect(applyPatch(GOOD, io.out())).toBe(whole.out());
  expect(whole.out()).toContain("file: 'src/ask.ts'");
  expect(io.err()).toBe('');
});

it('shows apart what the compiled form of a component gets', async () => {
  const root = project({ 'Ask.vue': `<script setup lang="ts">\n${GOOD}</script>\n` });
  const io = commandIo(root);
  expect(await commands.print({ file: 'Ask.vue' }, io)).toBe(EXIT.ok);
  expect(io.out()).toContain('__pan_ask().beginAsync()');
  expect(io.out()).not.toContain('@panoptic/runtime/instrument');
  expect(io.err()).toContain("import { site as __pan_site } from '@panoptic/runtime/instrument';");
});

it('colours the diff only where colour is wanted', async () => {
  const root = project({ 'ask.ts': GOOD });
  const plain = commandIo(root);
  const painted = commandIo(root, true);
  await commands.print({ file: 'ask.ts' }, plain);
  await commands.print({ file: 'ask.ts' }, painted);
  expect(painted.out()).not.toBe(plain.out());
  expect(stripVTControlCharacters(painted.out())).toBe(plain.out());
});

it('says so when a file stays as it is, cannot be read, or has errors', async () => {
  const root = project({ 'plain.ts': 'export {};', 'bad.ts': BAD });
  const plain = commandIo(root);
  expect(await commands.print({ file: 'plain.ts' }, plain)).toBe(EXIT.ok);
  expect([plain.out(), plain.err()]).toEqual(['', 'No function of plain.ts will be billed; it stays as it is.\n']);
  const missing = commandIo(root);
  expect(await commands.print({ file: 'missing.ts' }, missing)).toBe(EXIT.usage);
  expect(missing.err()).toContain('PAN2201');
  const bad = commandIo(root);
  expect(await commands.print({ file: 'bad.ts' }, bad)).toBe(EXIT.findings);
  expect(bad.err()).toContain('bad.ts:1:24');
});

it('checks every source but node_modules, declarations and output folders', async () => {
  const root = project({
    'src/ask.ts': GOOD,
    'packages/b/src/bad.tsx': BAD,
    'node_modules/x/index.js': BAD,
    'dist/bad.js': BAD,
    'types.d.ts': BAD,
    'src/plain.ts': 'export {};',
  });
  const io = commandIo(root);
  expect(await commands.check({}, io)).toBe(EXIT.findings);
  expect(io.out()).toMatch(/^error PAN1108: .*\n {2}at packages\/b\/src\/bad\.tsx:1:24\n/);
  expect(io.out()).toContain('> 1 | /** @billable provider=OpenIA */');
  expect(io.out()).toContain('OpenAI');
  expect(io.out()).toMatch(/\nPanoptic: 1 function in 1 file, 1 error, 0 warnings\n$/);
});

it('checks what is asked for, with the providers of the build', async () => {
  const root = project({ 'src/ask.ts': GOOD, 'lib/bad.ts': BAD });
  const io = commandIo(root);
  expect(await commands.check({ globs: ['src/**/*.ts'] }, io)).toBe(EXIT.ok);
  expect(io.out()).toBe('Panoptic: 1 function in 1 file, 0 errors, 0 warnings\n');
  expect(await commands.check({ globs: ['lib/bad.ts'] }, commandIo(root))).toBe(EXIT.findings);
  expect(await commands.check({ globs: ['lib/bad.ts'], providers: { OpenIA: 'AI' } }, commandIo(root))).toBe(EXIT.ok);
  const nothing = commandIo(root);
  expect(await commands.check({ globs: ['nowhere/*.ts'] }, nothing)).toBe(EXIT.usage);
  expect(nothing.err()).toContain('PAN2202');
});

it('checks components too, with places in the component', async () => {
  const root = project({ 'src/Ask.vue': `<template/>\n<script>\n${BAD}</script>\n` });
  const io = commandIo(root);
  expect(await commands.check({}, io)).toBe(EXIT.findings);
  expect(io.out()).toContain('at src/Ask.vue:3:24');
});

it.each([
  ['print', { file: 'ask.ts' }],
  ['check', {}],
  ['inventory', {}],
] as const)('%s names a package.json that is none, as a build does', async (name, options) => {
  const io = commandIo(project({ 'package.json': '{ name', 'tsconfig.json': '{}', 'ask.ts': GOOD }));
  expect(await commands[name](options as never, io)).toBe(EXIT.usage);
  expect(io.err()).toMatch(/^PAN2002: .*package\.json cannot be read: /);
});

it('lists the functions of the nearest project, from any folder of it', async () => {
  const root = project({ 'tsconfig.json': '{ "compilerOptions": { "types": [] } }', 'src/deep/ask.ts': GOOD });
  const io = commandIo(path.join(root, 'src'));
  expect(await commands.inventory({}, io)).toBe(EXIT.ok);
  expect(io.out()).toContain('ask | deep/ask.ts:2 | OpenAI / chat | async | (prompt: string): Promise<string>\n');
  const json = commandIo(root);
  expect(await commands.inventory({ json: true, project: 'tsconfig.json' }, json)).toBe(EXIT.ok);
  expect(JSON.parse(json.out())).toMatchObject([
    { name: 'ask', package: 'desk', file: 'src/deep/ask.ts', path: 'src/deep/ask.ts', line: 2, async: true },
  ]);
});

it('needs a tsconfig', async () => {
  const io = commandIo(project({ 'src/ask.ts': GOOD }));
  expect(await commands.inventory({ project: 'src' }, io)).toBe(EXIT.usage);
  expect(io.err()).toContain('PAN2203');
});
