import { createRequire } from 'node:module';
import type { NextConfig } from 'next';
import { plainOptions } from '../loader/loader-options.ts';
import type { Options } from '../options.ts';
import { pluginVersion } from '../version.ts';

type Turbopack = NonNullable<NextConfig['turbopack']>;
type Rule = Exclude<NonNullable<Turbopack['rules']>[string], readonly unknown[]>;
type LoaderOptions = ReturnType<typeof plainOptions>;

const LOADER = '@panoptic/plugin/loader';
const SOURCES = '*.{ts,tsx,js,jsx,mts,cts,mjs,cjs}';

/**
 * Where code of an application runs, and what the loader is told there. The runtime stays outside of Node's bundle, and
 * what stays outside as an ES module is waited for: a module that imports it, and all that import that one, would become
 * asynchronous, and `require` of them would give a promise.
 */
const PLACES = {
  browser: { environment: 'client' },
  'edge-light': { environment: 'server' },
  node: { environment: 'server', instrument: '@panoptic/runtime/instrument.cjs' },
} as const;

type Place = keyof typeof PLACES;

/** As data, with the plugin's version in it: both bundlers key what they keep on disk on the options of its loaders. */
const loaderOptions = (options: Options, place: Place): LoaderOptions => ({
  ...plainOptions(options),
  ...PLACES[place],
  version: pluginVersion(),
});

const loadersAt = (place: Place, options: Options): { loaders: { loader: string; options: LoaderOptions }[] } => ({
  loaders: [{ loader: LOADER, options: loaderOptions(options, place) }],
});

/** Turbopack looks for the tag itself, so it hands over no file without. */
function turbopackRule(options: Options, place: Place): Rule {
  const own = options.exclude === undefined ? [{ not: 'foreign' as const }] : [];
  return {
    ...loadersAt(place, options),
    condition: { all: [...own, { content: /@billable/ }, place] },
  };
}

/** `turbopack` of a configuration, with our rules beside its own. */
export function withRules({ rules = {}, ...turbopack }: Turbopack, options: Options): Turbopack {
  const ours = (Object.keys(PLACES) as Place[]).map((place) => turbopackRule(options, place));
  return { ...turbopack, rules: { ...rules, [SOURCES]: [ours, rules[SOURCES] ?? []].flat() } };
}

/** A rule of Next 15: the first condition that holds leads to what is done with a file. */
function nestedRule(options: Options, atEdge: object | false): Rule {
  const own = options.exclude === undefined ? { foreign: false } : {};
  const rule = {
    ...own,
    'edge-light': atEdge,
    browser: loadersAt('browser', options),
    default: loadersAt('node', options),
  };
  return rule as unknown as Rule;
}

/** Of Next 15. A condition of its own keeps files without the tag from the loader. */
const TAGGED = '#panoptic';

/** `turbopack` for Next 15.5, where rules stand below conditions that have names. */
export function withNamedRules(turbopack: Turbopack, options: Options): Turbopack {
  const { conditions, rules } = turbopack as Turbopack & { conditions?: object };
  return {
    ...turbopack,
    conditions: { ...conditions, [TAGGED]: { path: SOURCES, content: /@billable/ } },
    rules: { ...rules, [TAGGED]: nestedRule(options, loadersAt('edge-light', options)) },
  } as Turbopack;
}

/**
 * The same for older versions: no condition looks into files there, so that all of them reach the loader. Those of the edge are
 * left alone: the development server of 15.3 and 15.4 fails for a `middleware.ts` that any loader is called for.
 */
export function withNestedRules({ rules, ...turbopack }: Turbopack, options: Options): Turbopack {
  return { ...turbopack, rules: { [SOURCES]: nestedRule(options, false), ...rules } };
}

interface WebpackRule {
  test: RegExp;
  enforce: 'pre';
  exclude?: RegExp;
  use: { loader: string; options: LoaderOptions }[];
}

/** The same for webpack, which calls the loader of every file. */
export function webpackRule(options: Options, place: Place): WebpackRule {
  return {
    test: /\.[cm]?[jt]sx?$/,
    enforce: 'pre',
    ...(options.exclude === undefined ? { exclude: /[\\/]node_modules[\\/]/ } : {}),
    use: [{ loader: createRequire(import.meta.url).resolve(LOADER), options: loaderOptions(options, place) }],
  };
}
