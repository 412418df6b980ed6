import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBuilder, createLogger, createServer, type InlineConfig } from 'vite';
import { afterAll, expect, it } from 'vitest';
import { panoptic } from '../core.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-vite-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const write = (name: string, code: string): void => writeFileSync(path.join(root, name), code);
write('package.json', '{ "name": "site", "private": true }');
write('shared.js', '/** @billable provider=System */\nexport const shared = () => 1;\n');
write('other.js', '/** @billable provider=System */\nexport const other = () => 1;\n');
write(
  'server.js',
  "import './shared.js';\nimport './other.js';\nexport { shared } from './shared.js';\nexport { other } from './other.js';\n",
);
write('client.js', "export { shared } from './shared.js';\n");

/** A configuration that writes down what Vite says. */
function said(config: InlineConfig): { config: InlineConfig; lines: string[] } {
  const lines: string[] = [];
  const logger = createLogger('info');
  const note = (line: string): void => void lines.push(line);
  const customLogger = { ...logger, info: note, warn: note, warnOnce: note };
  const plugins = [panoptic.vite({ checkRuntime: false })];
  return { config: { root, configFile: false, customLogger, plugins, ...config }, lines };
}

const ours = (lines: string[]): string[] => lines.filter((line) => line.includes('Panoptic:'));

it('rewrites server modules and leaves client modules alone in development, saying each once', async () => {
  const { config, lines } = said({
    server: { middlewareMode: true, ws: false },
    appType: 'custom',
    optimizeDeps: { noDiscovery: true },
  });
  const server = await createServer(config);
  try {
    const { client, ssr } = server.environments;
    const onServer = await ssr?.transformRequest('/shared.js');
    const inClient = await client?.transformRequest('/shared.js');
    await ssr?.transformRequest('/other.js');
    expect(onServer?.code).toContain('@panoptic/runtime/instrument');
    expect(inClient?.code).not.toContain('@panoptic');
    expect(inClient?.code).toContain('shared');
  } finally {
    await server.close();
  }
  expect(ours(lines)).toHaveLength(2);
  expect(ours(lines)[0]).toContain('annotated functions are recorded');
  expect(ours(lines)[1]).toContain('client code records nothing');
});

it('counts the environments of one build apart', async () => {
  const external = /^@panoptic\//;
  const { config, lines } = said({
    builder: { sharedConfigBuild: true, sharedPlugins: true },
    environments: {
      client: { build: { write: false, rolldownOptions: { input: path.join(root, 'client.js') } } },
      ssr: { build: { ssr: true, write: false, rolldownOptions: { input: path.join(root, 'server.js'), external } } },
    },
  });
  const builder = await createBuilder(config, null);
  await builder.buildApp();
  const told = ours(lines).join('\n');
  expect(told).toContain("client code records nothing (client: 'off'): 1 annotated function in 1 file");
  expect(told).toContain('Panoptic: 2 functions in 2 files');
  expect(told).not.toContain('0 functions');
});

it('says that a Vite without environments is too old', () => {
  const hooks = panoptic.vite().map(({ configResolved }) => configResolved);
  const resolve = hooks.find((hook) => typeof hook === 'function');
  expect(() => resolve?.call({} as never, { root, plugins: [], command: 'build' } as never)).toThrow(
    /PAN2109: .*vite@latest/,
  );
});
