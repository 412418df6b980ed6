import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build as rolldown } from 'rolldown';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { panoptic } from '../core.ts';
import { INSTRUMENT } from '../runtime-check.ts';

/** An application that has the runtime only as a development dependency. */
const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'panoptic-kept-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const body = '/** @billable provider=System */ function f() { return 1; }\nconsole.log(f());\n';

beforeAll(() => {
  const repository = path.resolve(import.meta.dirname, '../../..');
  mkdirSync(path.join(root, 'node_modules', '@panoptic'), { recursive: true });
  symlinkSync(path.join(repository, 'runtime'), path.join(root, 'node_modules', '@panoptic', 'runtime'), 'dir');
  writeFileSync(
    path.join(root, 'package.json'),
    '{ "name": "dev-only", "devDependencies": { "@panoptic/runtime": "*" } }',
  );
  writeFileSync(path.join(root, 'main.mjs'), body);
  writeFileSync(path.join(root, 'main.cjs'), `${body}exports.f = f;\n`);
});

const external = [INSTRUMENT];
const silent = { onwarn: () => undefined };
const builds = {
  async rollup(input: string) {
    const bundle = await rollup({ input, external, plugins: [panoptic.rollup()], ...silent });
    await bundle.generate({});
  },
  rolldown: (input: string) =>
    rolldown({ input, external, platform: 'node', plugins: [panoptic.rolldown()], write: false, logLevel: 'silent' }),
  vite: (input: string) =>
    vite({
      root,
      configFile: false,
      logLevel: 'silent',
      plugins: [panoptic.vite()],
      ssr: { external },
      build: { ssr: input, write: false },
    }),
};

describe.each(Object.entries(builds))('%s', (_, build) => {
  it.each(['main.mjs', 'main.cjs'])('refuses %s, which would not start after npm ci --omit=dev', async (file) => {
    await expect(build(path.join(root, file))).rejects.toThrow(/PAN2103.*npm install @panoptic\/runtime/);
  });
});
