import type { ResolvedConfig } from 'vite';
import type { Build } from '../build.ts';
import { BUILD_CODES, PanopticBuildError } from '../build-error.ts';
import { reportTogether } from '../report.ts';
import { DRIVER, IS_INSTRUMENT, RUNTIME } from '../runtime-check.ts';
import { summarise } from '../summary.ts';
import type { Host } from './host.ts';
import { leavesRuntimeOut, type RollupContext, resolveDriver, resolveRuntime } from './rollup.ts';
import { withoutSideEffects } from './side-effects.ts';
import { mapRewrittenSvelte } from './svelte.ts';
import { readRewrittenVue } from './vue.ts';

interface ViteContext {
  environment?: {
    name: string;
    config: { consumer: 'client' | 'server' };
    plugins?: readonly { name: string; api?: unknown }[];
  };
}

const environmentOf = (context: object): { name: string; client: boolean } => {
  const { environment } = context as ViteContext;
  return { name: environment?.name ?? '', client: environment?.config.consumer === 'client' };
};

const TO_SERVER = 'build it with build.ssr, or as an environment with consumer: "server"';

/** Before Vite 6 nothing tells whether a module is for a browser. */
const tooOld = (): PanopticBuildError =>
  new PanopticBuildError(
    BUILD_CODES.bundlerTooOld,
    'This version of Vite is too old, 6 is needed: npm install --save-dev vite@latest.',
  );

/** Vite: one plugin may serve several environments, some of them client code; the development server never ends. */
export function viteHost(build: Build): Host {
  let config: ResolvedConfig | undefined;
  const announced = new Set<string>();

  /** In development once, when the first annotated file arrives: a line for each file would be noise. */
  const announce = (context: RollupContext, environment: { name: string; client: boolean }): void => {
    const { line, warnings } = summarise(build.tally(environment.name), true, TO_SERVER);
    // Vitest serves modules too, but what it runs is no application.
    const serves = config?.command === 'serve' && !config.plugins.some(({ name }) => name === 'vitest');
    if (!serves || announced.has(environment.name) || !(line || warnings.length > 0)) return;
    announced.add(environment.name);
    for (const warning of warnings) context.warn(warning);
    if (line) config?.logger.info('Panoptic: annotated functions are recorded', { timestamp: true });
  };

  return {
    hooks: {
      vite: {
        // found late, in generated code, it would make a page in development load twice
        config: () => (build.options.client === 'record' ? { optimizeDeps: { exclude: [RUNTIME] } } : null),
        configResolved(resolved) {
          if (resolved.environments === undefined) throw tooOld();
          config = resolved;
          build.root = resolved.root;
          mapRewrittenSvelte(resolved.plugins, build.components);
          const maps = Object.values(resolved.environments).some(({ build: { sourcemap } }) => sourcemap);
          if (resolved.command === 'build' && !maps) build.sourcemap = false;
        },
        options(input) {
          return config?.command === 'build' ? withoutSideEffects(input, 'rolldownVersion' in this.meta) : null;
        },
        buildStart() {
          if (build.records(environmentOf(this).client)) build.checkInstalled();
        },
        async resolveId(id, importer) {
          if (id === DRIVER) return resolveDriver(build, this, importer);
          return IS_INSTRUMENT.test(id) ? resolveRuntime(build, this, id, importer) : null;
        },
        buildEnd(error) {
          if (error || config?.command === 'serve') return;
          const { name, client } = environmentOf(this);
          const { line, warnings } = summarise(build.tally(name), client, TO_SERVER);
          for (const warning of warnings) this.warn(warning);
          if (line) config?.logger.info(line);
          build.checkComponents();
          if (client) build.checkEndpoint(build.tally(name), this.getModuleIds());
        },
        generateBundle(_options, bundle) {
          if (build.records(environmentOf(this).client) && leavesRuntimeOut(bundle)) build.checkKept();
        },
      },
    },
    scope(context) {
      const environment = environmentOf(context);
      return {
        environment: environment.name,
        client: environment.client,
        readsVue: () =>
          readRewrittenVue((context as ViteContext).environment?.plugins ?? config?.plugins ?? [], build.components),
        report: (severity, findings) => reportTogether(context, severity, findings),
        seen: () => announce(context as unknown as RollupContext, environment),
      };
    },
  };
}
