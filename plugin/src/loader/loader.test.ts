import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { parseCount, transform } from '@panoptic/codegen';
import MagicString from 'magic-string';
import { afterAll, describe, expect, it } from 'vitest';
import { load } from './loader.ts';
import { type LoaderOptions, plainOptions, pluginOptions } from './loader-options.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-loader-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
mkdirSync(path.join(root, 'src'));
writeFileSync(path.join(root, 'package.json'), '{ "name": "shop" }');

interface Ran {
  code?: string;
  map?: ConstructorParameters<typeof TraceMap>[0];
  readonly warnings: string[];
  readonly dependencies: string[];
}

const AS_SERVER: LoaderOptions = { environment: 'server', checkRuntime: false };

/** Calls the loader as the bundlers do. */
function run(code: string, options: LoaderOptions = AS_SERVER, before?: object, context: object = {}): Ran {
  const ran: Ran = { warnings: [], dependencies: [] };
  const loader = {
    resourcePath: path.join(root, 'src', 'paid.ts'),
    resourceQuery: '',
    rootContext: root,
    mode: 'production',
    target: 'node',
    sourceMap: true,
    getOptions: () => options,
    addDependency: (file: string) => ran.dependencies.push(file),
    emitWarning: (warning: Error) => ran.warnings.push(String(warning.stack)),
    callback: (_: null, out: string, map: Ran['map']) => Object.assign(ran, { code: out, map }),
    ...context,
  };
  (load as (this: object, code: string, before?: object) => void).call(loader, code, before);
  return ran;
}

const PAID = '/** @billable provider=OpenAI */\nexport const paid = (a: number) => a;\n';

describe('the loader', () => {
  it('gives what `transform` gives', () => {
    const { code, map } = transform(PAID, 'src/paid.ts', { packageName: 'shop', file: 'src/paid.ts' });
    const ran = run(PAID);
    expect(ran.code).toBe(code);
    expect(ran.map).toMatchObject({ mappings: map?.mappings });
    expect(ran.warnings).toEqual([]);
  });

  it('parses no file without the tag, and gives its map back', () => {
    const before = parseCount();
    const map = { version: 3, mappings: '' };
    expect(run('export const free = 1;', AS_SERVER, map)).toMatchObject({ code: 'export const free = 1;', map });
    expect(parseCount()).toBe(before);
  });

  it('makes no map where the bundler wants none', () => {
    const ran = run(PAID, AS_SERVER, undefined, { sourceMap: false });
    expect(ran.code).toContain('__pan_');
    expect(ran.map).toBeUndefined();
  });

  it('leads to the source through the map of a loader before it', () => {
    const edited = new MagicString(PAID).prepend('/* a banner */\n');
    const before = edited.generateMap({ source: 'paid.ts', includeContent: true, hires: true });
    const ran = run(edited.toString(), AS_SERVER, before);
    const lines = ran.code?.split('\n') ?? [];
    const line = lines.findIndex((text) => text.includes('export const paid')) + 1;
    const column = lines[line - 1]?.indexOf('paid =') ?? -1;
    expect(originalPositionFor(new TraceMap(ran.map ?? ''), { line, column })).toMatchObject({ line: 2, column: 13 });
  });

  it('throws every error of a file in one message, with its place and no stack', () => {
    const twice = `${PAID.replace('OpenAI', 'OpenIA')}${PAID.replace('provider', 'provder').replace('paid', 'other')}`;
    const failure = (): Error => {
      try {
        run(twice);
      } catch (error) {
        return error as Error;
      }
      throw new Error('no failure');
    };
    const { message, stack } = failure();
    expect(message).toMatch(/PAN1108[\s\S]*at src\/paid\.ts:1:24[\s\S]*PAN110\d[\s\S]*at src\/paid\.ts:3:/);
    expect(stack).toBe(message);
  });

  it('warns where that is asked for, and leaves the function as it is', () => {
    const bad = PAID.replace('OpenAI', 'OpenIA');
    const { code, warnings } = run(bad, { ...AS_SERVER, onError: 'warn' });
    expect(code).toBe(bad);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('the function stays unbilled');
  });

  it('leaves client code as it is, and says so in a build', () => {
    const client: LoaderOptions = { environment: 'client', checkRuntime: false };
    expect(run(PAID, client)).toMatchObject({
      code: PAID,
      warnings: [
        expect.stringContaining("client code records nothing (client: 'off'): 1 annotated function in 1 file"),
      ],
    });
    expect(run(PAID, client, undefined, { mode: 'development' }).warnings).toEqual([]);
  });

  it.each([
    ['a browser by its target', { target: 'web' }, false],
    ['a browser by its compiler', { _compiler: { platform: { web: true, node: false } } }, false],
    ['a server by its compiler', { target: 'web', _compiler: { platform: { web: false, node: true } } }, true],
    [
      'a worker, which may be a server, by its compiler',
      { target: 'web', _compiler: { platform: { web: true, webworker: true } } },
      true,
    ],
    ['a server by its target', {}, true],
  ])('knows %s', (_, context, rewritten) => {
    expect(run(PAID, { checkRuntime: false }, undefined, context).code?.includes('__pan_')).toBe(rewritten);
  });

  it('imports the form of the runtime that it is told', () => {
    const { code } = run(PAID, { ...AS_SERVER, instrument: '@panoptic/runtime/instrument.cjs' });
    expect(code).toContain("from '@panoptic/runtime/instrument.cjs'");
  });

  it('heeds include and exclude, which may be data', () => {
    const data = (options: Parameters<typeof plainOptions>[0]) => ({
      ...AS_SERVER,
      ...JSON.parse(JSON.stringify(plainOptions(options))),
    });
    expect(run(PAID, data({ exclude: /PAID/i })).code).toBe(PAID);
    expect(run(PAID, data({ exclude: /PAID/ })).code).toContain('__pan_');
    expect(run(PAID, data({ include: [/other/, '**/nothing.ts'] })).code).toBe(PAID);
    expect(run(PAID, data({ include: '**/src/*.ts' })).code).toContain('__pan_');
  });

  it('leaves alone what is asked for as text', () => {
    expect(run(PAID, AS_SERVER, undefined, { resourceQuery: '?raw' }).code).toBe(PAID);
  });

  it('depends on the manifest, whose name is part of what it makes', () => {
    expect(run(PAID).dependencies).toEqual([path.join(root, 'package.json')]);
  });

  it('refuses an unknown option, and a runtime that is not installed', () => {
    expect(() => run(PAID, { ...AS_SERVER, onEror: 'warn' } as LoaderOptions)).toThrow(/PAN2001.*onError/);
    expect(() => run(PAID, { environment: 'server' })).toThrow(/PAN2101.*npm install @panoptic\/runtime/);
  });
});

it('gives the options of the plugin back', () => {
  const options = { include: ['a/**', /b/g], exclude: /c/i, providers: { Acme: 'API' } };
  const own = pluginOptions({
    ...plainOptions({ ...options, ...({ strict: undefined } as object) }),
    environment: 'server',
    version: '1.0.0',
  });
  expect(own).toEqual({ include: ['a/**', /b/g], exclude: [/c/i], providers: { Acme: 'API' } });
});
