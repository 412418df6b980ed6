import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { WebpackCompiler } from 'unplugin';
import type { Build } from '../build.ts';
import { reportEach } from '../report.ts';
import { DRIVER, INSTRUMENT, INSTRUMENT_CLIENT, RUNTIME } from '../runtime-check.ts';
import { summarise } from '../summary.ts';
import { inlineMap } from './esbuild-loader.ts';
import type { Host } from './host.ts';
import { countCached, forget, keyCache, remember } from './webpack-cache.ts';
import { targetsBrowser } from './webpack-target.ts';

type WebpackCompilation = Parameters<Parameters<WebpackCompiler['hooks']['afterCompile']['tap']>[1]>[0];

const NAME = 'panoptic';

type WebpackModule = WebpackCompilation['modules'] extends Set<infer Module> ? Module : never;
type Finding = WebpackCompilation['errors'][number];

/** An entry of a compilation's errors or warnings; a stack into this plugin would help nobody. */
function asFinding(message: string): Finding {
  const finding = new Error(message) as Finding;
  finding.stack = '';
  return finding;
}

function check(compilation: WebpackCompilation, action: () => void): void {
  try {
    action();
  } catch (error) {
    compilation.errors.push(asFinding(error instanceof Error ? error.message : String(error)));
  }
}

function entryFiles({ entry }: WebpackCompiler['options']): string[] {
  return typeof entry === 'function' ? [] : Object.values(entry).flatMap(({ import: files }) => files ?? []);
}

const resolvable = (id: string, folder: string): string | undefined => {
  try {
    return createRequire(path.join(folder, 'package.json')).resolve(id);
  } catch {
    return undefined;
  }
};

/** Used by the bundler only where the importing package cannot resolve the runtime itself, as in strict layouts. */
function addFallback(build: Build, { options }: WebpackCompiler): void {
  const file = resolvable(INSTRUMENT, build.appRoot);
  const clientFile = browserFile(build.appRoot);
  const { fallback = {} } = options.resolve;
  if (!file || Array.isArray(fallback)) return;
  const client = clientFile && { [INSTRUMENT_CLIENT]: clientFile };
  options.resolve.fallback = { [INSTRUMENT]: file, ...client, ...fallback };
}

/** What records in a browser: Node, which is asked here, resolves to what is for itself. */
function browserFile(folder: string): string | undefined {
  const file = resolvable(`${RUNTIME}/package.json`, folder);
  if (file === undefined) return undefined;
  const { exports = {} } = JSON.parse(readFileSync(file, 'utf8')) as { exports?: Record<string, ClientExport> };
  const { default: target } = exports[`.${INSTRUMENT_CLIENT.slice(RUNTIME.length)}`]?.browser?.import ?? {};
  return target && path.join(path.dirname(file), target);
}

interface ClientExport {
  browser?: { import?: { default?: string } };
}

/** The runtime imports its optional driver only when it is asked to ship; a build without it must not fail for that. */
function leaveDriverOut(build: Build, { options }: WebpackCompiler): void {
  const external = async ({ request, context = '' }: { request?: string; context?: string }) => {
    const ours = request === DRIVER && build.isRuntime(path.join(context, 'module'));
    return ours && !resolvable(DRIVER, context) ? `node-commonjs ${DRIVER}` : undefined;
  };
  options.externals = [options.externals ?? [], external].flat();
}

const isExternalRuntime = (module: { identifier(): string }): boolean =>
  module.identifier().startsWith('external ') && module.identifier().includes(INSTRUMENT);

/**
 * What is left out cannot be looked into, so an import of it would stay without any function that needs it.
 * Rspack lets nobody say this of a module that it leaves out: there the bare import stays.
 */
function freeOfSideEffects(modules: Iterable<WebpackModule>): void {
  for (const module of modules) if (isExternalRuntime(module)) module.factoryMeta = { sideEffectFree: true };
}

/** webpack and Rspack. Their target is the web unless said otherwise, and so is the code. */
export function webpackHost(build: Build): Host {
  let client = false;

  const attach = (compiler: WebpackCompiler, rspack = false): void => {
    build.root = compiler.context;
    build.entries = entryFiles(compiler.options);
    addFallback(build, compiler);
    leaveDriverOut(build, compiler);
    keyCache(build, compiler.options);
    compiler.hooks.thisCompilation.tap(NAME, (compilation) => {
      client = targetsBrowser(compiler);
      if (build.records(client)) check(compilation, () => build.checkInstalled());
      if (!rspack) compilation.hooks.finishModules.tap(NAME, freeOfSideEffects);
    });
    // Late enough for every error of a module to be known, early enough to keep the output from being written.
    compiler.hooks.afterCompile.tap(NAME, (compilation) => {
      // Child compilers (of HTML, of workers) inherit this hook.
      if (compilation.compiler !== compiler || compilation.errors.length > 0) return;
      countCached(build, build.records(client), compilation);
      const { warnings } = summarise(build.tally(), client, "set the target: 'node'");
      for (const warning of warnings) compilation.warnings.push(asFinding(warning));
      if (client) {
        const files = [...compilation.modules].map((module) => (module as { resource?: string }).resource ?? '');
        check(compilation, () => build.checkEndpoint(build.tally(), files));
      }
      if (build.tally().functions > 0 && [...compilation.modules].some(isExternalRuntime)) {
        check(compilation, () => build.checkKept());
      }
    });
    compiler.hooks.done.tap(NAME, (stats) => {
      const { line } = summarise(build.tally(), client, '');
      if (line && !stats.hasErrors()) console.error(line);
    });
  };

  return {
    hooks: {
      webpack: (compiler) => attach(compiler),
      rspack: (compiler) => attach(compiler as unknown as WebpackCompiler, true),
    },
    scope: (context) => ({
      environment: '',
      client,
      inlineMap: inlineMap(context),
      seen: (functions) => remember(context, functions),
      report(severity, findings) {
        forget(context);
        reportEach(context, severity, findings);
      },
    }),
  };
}
