import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkRuntimeInstalled, keepsRuntime, RUNTIME_RANGE, runtimeNotKept } from './runtime-check.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-runtime-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function install(version: string): string {
  const app = path.join(root, version);
  const folder = path.join(app, 'node_modules', '@panoptic', 'runtime');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: '@panoptic/runtime', version }));
  return app;
}

it('knows the same range as the package', () => {
  const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'package.json'), 'utf8'));
  expect(manifest.peerDependencies['@panoptic/runtime']).toBe(RUNTIME_RANGE);
});

it.each(['0.1.0', '0.1.7', '0.1.3-beta.1'])('takes %s', (version) => {
  expect(() => checkRuntimeInstalled(install(version))).not.toThrow();
});

it.each(['0.0.9', '0.2.0', '1.1.0'])('refuses %s', (version) => {
  expect(() => checkRuntimeInstalled(install(version))).toThrow(
    `PAN2102: @panoptic/runtime ${version} in ${path.join(root, version)} does not fit`,
  );
});

it('says how to install a missing runtime', () => {
  expect(() => checkRuntimeInstalled(root)).toThrow(/PAN2101: .* Run: npm install @panoptic\/runtime$/);
});

it.each([
  [{ dependencies: { '@panoptic/runtime': '^0.1.0' } }, true],
  [{ peerDependencies: { '@panoptic/runtime': '^0.1.0' } }, true],
  [{ devDependencies: { '@panoptic/runtime': '^0.1.0' } }, false],
  [{ dependencies: { fastify: '^5.0.0' } }, false],
])('knows from %o whether a production install keeps it: %s', (json, kept) => {
  expect(keepsRuntime({ root, json })).toBe(kept);
  if (!kept) expect(runtimeNotKept({ root, json }).message).toContain('Run: npm install @panoptic/runtime');
});
