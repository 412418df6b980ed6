import { createRequire } from 'node:module';
import path from 'node:path';
import type { UnpluginOptions } from 'unplugin';
import type { Build } from '../build.ts';
import { DRIVER, INSTRUMENT, IS_INSTRUMENT } from '../runtime-check.ts';
import { summarise } from '../summary.ts';
import { isForEdge } from './edge.ts';
import type { Host } from './host.ts';

/** What this uses of Farm's configuration. */
interface Config {
  root?: string;
  compilation?: {
    input?: Record<string, string | undefined>;
    output?: { targetEnv?: string };
    external?: readonly string[];
    resolve?: { conditions?: readonly string[] };
    sourcemap?: unknown;
  };
}

interface ResolveParam {
  source: string;
  importer?: string | null;
}

const RESOLVED = { external: false, sideEffects: false, query: [], meta: {} };

/** Farm turns every import of what it leaves out into one that happens at the start; this one fails when it is asked for. */
const NO_DRIVER = 'panoptic-no-driver';
const WITHOUT_DRIVER = `throw Object.assign(new Error("Cannot find package '${DRIVER}'"), { code: 'ERR_MODULE_NOT_FOUND' });`;

const resolvable = (id: string, from: string): string | undefined => {
  try {
    return createRequire(from).resolve(id);
  } catch {
    return undefined;
  }
};

/** Farm. Its target is the browser unless said otherwise, and so is the code. */
export function farmHost(build: Build): Host {
  let client = false;
  let external = false;

  /** Asked for what the build does not leave out: the runtime from strict layouts, and its driver, which is optional. */
  const resolve = ({ source, importer }: ResolveParam): object | null => {
    const from = path.resolve(build.root, importer ?? 'package.json');
    if (resolvable(source, from) !== undefined) return null;
    if (source === DRIVER) return build.isRuntime(from) ? { ...RESOLVED, resolvedPath: NO_DRIVER } : null;
    const found = resolvable(source, path.join(build.appRoot, 'package.json'));
    return found === undefined ? null : { ...RESOLVED, resolvedPath: found };
  };

  const farm = {
    configResolved({ root, compilation = {} }: Config) {
      const { input = {}, output, external: names = [], sourcemap, resolve: { conditions } = {} } = compilation;
      client = !/^(?:node|library)/.test(output?.targetEnv ?? 'browser') && !isForEdge(conditions);
      external = names.some((name) => new RegExp(name).test(INSTRUMENT));
      build.root = root ?? build.root;
      build.entries = Object.values(input).filter((entry) => entry !== undefined);
      build.sourcemap &&= sourcemap !== false;
    },
    resolve: {
      filters: { sources: [IS_INSTRUMENT.source, `^${DRIVER}$`], importers: ['.*'] },
      executor: resolve,
    },
    load: {
      filters: { resolvedPaths: [`${NO_DRIVER}$`] },
      executor: () => ({ content: WITHOUT_DRIVER, moduleType: 'js' }),
    },
    finish: {
      executor() {
        const { line, warnings } = summarise(build.tally(), client, "set output.targetEnv: 'node'");
        for (const warning of warnings) console.warn(warning);
        if (line) console.error(line);
      },
    },
  };

  return {
    hooks: { farm: farm as unknown as NonNullable<UnpluginOptions['farm']> },
    scope: () => ({
      environment: '',
      client,
      report(severity, findings) {
        const text = findings.map((finding) => finding.text).join('\n\n');
        if (severity === 'warning') console.warn(text);
        // Farm's own way to tell an error goes on; it shows message and stack.
        else throw Object.assign(new Error(text), { stack: '' });
      },
      seen(functions) {
        if (!build.records(client) || functions === 0) return;
        // Here, because what other hooks throw ends Farm's process without a word.
        if (client) build.checkEndpoint(build.tally(), []);
        build.checkInstalled();
        if (external) build.checkKept();
      },
    }),
  };
}
