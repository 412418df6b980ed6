import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Packages } from './package-of.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-packages-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function manifest(folder: string, content: string): string {
  const place = path.join(root, folder);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, 'package.json'), content);
  return place;
}

it('takes the nearest package, passing over files that only say the type', () => {
  const app = manifest('app', '{ "name": "app" }');
  const legacy = manifest('app/src/legacy', '{ "type": "commonjs" }');
  const packages = new Packages();
  expect(packages.ofFolder(legacy)?.root).toBe(app);
  expect(packages.place(path.join(legacy, 'a.cjs'))).toEqual({ packageName: 'app', file: 'src/legacy/a.cjs' });
});

it('takes a private root without a name for a package', () => {
  const app = manifest('nameless', '{ "private": true, "dependencies": {} }');
  expect(new Packages().place(path.join(app, 'src', 'a.ts'))).toEqual({ packageName: '', file: 'src/a.ts' });
});

it('names the file that is no JSON', () => {
  const broken = manifest('broken', '{ "name": ');
  expect(() => new Packages().ofFolder(broken)).toThrow(/PAN2002: .*broken.package\.json cannot be read/);
});
