import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NextConfig } from 'next';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withPanoptic } from './with-panoptic.ts';

const SOURCES = '*.{ts,tsx,js,jsx,mts,cts,mjs,cjs}';

/** What a bundler's rule tells the loader. */
const told = (rules: unknown): unknown[] =>
  [rules].flat().flatMap((rule) => (rule as { loaders: { options: object }[] }).loaders.map(({ options }) => options));

type Webpack = NonNullable<NextConfig['webpack']>;

const webpackOf = (config: NextConfig, context: object): { module: { rules: { use: { options: object }[] }[] } } =>
  config.webpack?.({ module: { rules: [] } }, context as Parameters<Webpack>[1]);

describe('withPanoptic', () => {
  it('keeps what the configuration has', () => {
    const rule = { loaders: ['mine'] };
    const config = withPanoptic({
      reactStrictMode: true,
      serverExternalPackages: ['sharp'],
      outputFileTracingIncludes: { '/a': ['b'] },
      turbopack: { root: '/app', rules: { '*.svg': rule, [SOURCES]: rule } },
      webpack: (own) => ({ ...own, mine: true }),
    });
    expect(config).toMatchObject({
      reactStrictMode: true,
      serverExternalPackages: ['sharp', '@panoptic/runtime'],
      outputFileTracingIncludes: { '/a': ['b'] },
      turbopack: { root: '/app', rules: { '*.svg': rule } },
    });
    expect([config.turbopack?.rules?.[SOURCES]].flat().at(-1)).toBe(rule);
    expect(webpackOf(config, { isServer: true })).toMatchObject({
      mine: true,
      module: { rules: [{ enforce: 'pre' }] },
    });
  });

  it('tells both bundlers the same, as data, keyed on its version', () => {
    const config = withPanoptic({}, { exclude: /generated/, providers: { Acme: 'API' } });
    const own = { exclude: [{ source: 'generated', flags: '' }], providers: { Acme: 'API' } };
    const rules = told(config.turbopack?.rules?.[SOURCES]);
    expect(rules).toEqual([
      { ...own, environment: 'client', version: '0.1.0' },
      { ...own, environment: 'server', version: '0.1.0' },
      { ...own, environment: 'server', instrument: '@panoptic/runtime/instrument.cjs', version: '0.1.0' },
    ]);
    expect(JSON.parse(JSON.stringify(rules))).toEqual(rules);
    const places = [
      { isServer: false },
      { isServer: true, nextRuntime: 'edge' },
      { isServer: true, nextRuntime: 'nodejs' },
    ];
    expect(places.map((place) => webpackOf(config, place).module.rules[0]?.use[0]?.options)).toEqual(rules);
  });

  it('lets Turbopack look for the tag, outside of node_modules unless told otherwise', () => {
    const conditions = (config: NextConfig) =>
      [config.turbopack?.rules?.[SOURCES]].flat().map((rule) => (rule as { condition: object }).condition);
    expect(conditions(withPanoptic())[0]).toEqual({ all: [{ not: 'foreign' }, { content: /@billable/ }, 'browser'] });
    expect(conditions(withPanoptic({}, { exclude: [] }))[2]).toEqual({ all: [{ content: /@billable/ }, 'node'] });
  });

  it('takes a function, and gives one', async () => {
    const config = withPanoptic(async (phase: string): Promise<NextConfig> => ({ env: { PHASE: phase } }));
    expect(await config('phase-export')).toMatchObject({
      env: { PHASE: 'phase-export' },
      serverExternalPackages: ['@panoptic/runtime'],
    });
  });

  describe('started elsewhere, with another version', () => {
    const { argv } = process;
    let app = '';
    const installed = (name: string, version: string): void => {
      mkdirSync(path.join(app, 'node_modules', name), { recursive: true });
      writeFileSync(path.join(app, 'node_modules', name, 'package.json'), JSON.stringify({ name, version }));
    };
    beforeEach(() => {
      app = mkdtempSync(path.join(tmpdir(), 'panoptic-next-'));
      writeFileSync(path.join(app, 'next.config.ts'), '');
      process.argv = [...argv.slice(0, 2), 'build', app];
    });
    afterEach(() => {
      process.argv = argv;
      rmSync(app, { recursive: true, force: true });
    });

    const NODE = { environment: 'server', instrument: '@panoptic/runtime/instrument.cjs', version: '0.1.0' };
    const EDGE = { environment: 'server', version: '0.1.0' };
    const at = (options: object): object => ({ loaders: [{ loader: '@panoptic/plugin/loader', options }] });
    const nested = {
      foreign: false,
      browser: at({ environment: 'client', version: '0.1.0' }),
      default: at(NODE),
    };

    it('finds the worker in the folder of the application', () => {
      installed('@panoptic/runtime', '0.1.0');
      expect(withPanoptic().outputFileTracingIncludes).toEqual({
        '/**': ['node_modules/@panoptic/runtime/dist/panoptic-worker.js'],
      });
    });

    it('takes conditions with names in 15.5', () => {
      installed('next', '15.5.29');
      const config = withPanoptic({ turbopack: { rules: { '*.svg': { loaders: ['mine'] } } } });
      expect(config.turbopack).toEqual({
        conditions: { '#panoptic': { path: SOURCES, content: /@billable/ } },
        rules: { '*.svg': { loaders: ['mine'] }, '#panoptic': { ...nested, 'edge-light': at(EDGE) } },
      });
      expect(config.compiler).toBeDefined();
    });

    it.each([
      ['15.4.11', true],
      ['15.3.9', false],
    ])('leaves the edge to itself in %s', (version, sumsUp) => {
      installed('next', version);
      const config = withPanoptic();
      expect(config.turbopack).toEqual({ rules: { [SOURCES]: { ...nested, 'edge-light': false } } });
      expect(config.compiler !== undefined).toBe(sumsUp);
    });

    it('writes no key that 15.1 does not know', () => {
      installed('next', '15.1.0');
      const turbo = { rules: { '*.svg': { loaders: ['mine'] } } };
      const { webpack, ...config } = withPanoptic({ experimental: { turbo, serverSourceMaps: true } as object });
      expect(config).toEqual({
        serverExternalPackages: ['@panoptic/runtime'],
        outputFileTracingIncludes: {},
        experimental: {
          serverSourceMaps: true,
          turbo: { rules: { ...turbo.rules, [SOURCES]: { ...nested, 'edge-light': false } } },
        },
      });
    });
  });

  it('refuses an unknown option at once', () => {
    expect(() => withPanoptic({}, { onEror: 'warn' } as object)).toThrow(/PAN2001.*onError/);
    expect(() => withPanoptic(() => ({}), { strict: 1 } as object)).toThrow(/PAN2001/);
  });
});

describe('the end of a build', () => {
  let projectDir = '';
  const said: string[] = [];
  beforeEach(() => {
    projectDir = mkdtempSync(path.join(tmpdir(), 'panoptic-next-'));
    said.length = 0;
    for (const method of ['error', 'warn'] as const) {
      vi.spyOn(console, method).mockImplementation((line) => void said.push(line));
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(projectDir, { recursive: true, force: true });
  });

  const built = (dependencies: object, chunks: Record<string, string>): void => {
    writeFileSync(path.join(projectDir, 'package.json'), JSON.stringify({ name: 'app', ...dependencies }));
    for (const [name, code] of Object.entries({ 'empty.js': '', ...chunks })) {
      const file = path.join(projectDir, '.next', 'server', name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, code);
    }
  };
  const finish = (config = withPanoptic()) =>
    config.compiler?.runAfterProductionCompile?.({ projectDir, distDir: path.join(projectDir, '.next') });

  const KEPT = { dependencies: { '@panoptic/runtime': '^0.1.0' } };
  const site = (id: string, name: string, file: string, quote = '"'): string =>
    `m(1,{id:Q${id}Q,name:Q${name}Q,file:Q${file}Q,line:3})`.replaceAll('Q', quote);

  it('counts every function once, however often it was bundled', async () => {
    built(KEPT, {
      'chunks/a.js': site('00000000000000aa', 'ask', 'lib/a.ts') + site('00000000000000ab', 'it\\"s', 'lib/a.ts'),
      'edge/b.js': site('00000000000000aa', 'ask', 'lib/a.ts', "'") + site('00000000000000ba', 'b', 'lib/b.ts', '`'),
      'chunks/c.js.map': site('00000000000000ca', 'c', 'lib/c.ts'),
    });
    await finish();
    expect(said).toEqual(['Panoptic: 3 functions in 2 files']);
  });

  it('warns when there are none', async () => {
    built(KEPT, {});
    await finish();
    expect(said).toEqual([expect.stringContaining('Panoptic: 0 functions.')]);
  });

  it('fails where a production install would leave the runtime out', async () => {
    built({ devDependencies: KEPT.dependencies }, { 'a.js': site('00000000000000aa', 'ask', 'lib/a.ts') });
    await expect(finish()).rejects.toThrow(/PAN2103.*npm install @panoptic\/runtime/);
    await expect(finish(withPanoptic({}, { checkRuntime: false }))).resolves.toBeUndefined();
  });

  it("runs the application's own hook as well", async () => {
    built(KEPT, {});
    const runAfterProductionCompile = vi.fn(async () => undefined);
    await finish(withPanoptic({ compiler: { runAfterProductionCompile } }));
    expect(runAfterProductionCompile).toHaveBeenCalledOnce();
  });
});
