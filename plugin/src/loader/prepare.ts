import { createFilter } from 'unplugin-utils';
import { Build } from '../build.ts';
import { NEVER } from '../filter.ts';
import { resolveOptions } from '../options.ts';
import { type LoaderOptions, pluginOptions } from './loader-options.ts';

/** How files with the same options are looked at. */
export interface Prepared {
  readonly build: Build;
  readonly wants: (id: string) => boolean;
}

/** Where a loader runs, as far as it matters. */
interface Surroundings {
  /** Folder of the application. */
  readonly root: string;
  readonly client: boolean;
  readonly sourcemap: boolean;
}

/** A bundler calls the loader in some processes or threads of its own, for file after file. */
const prepared = new Map<string, Prepared>();

/** @throws PanopticBuildError for options that cannot be used, and where generated code would not find its runtime */
export function prepare(options: LoaderOptions, { root, client, sourcemap }: Surroundings): Prepared {
  const own = pluginOptions(options);
  const key = JSON.stringify([root, client, sourcemap, own, [own.include, own.exclude].flat().map(String)]);
  const known = prepared.get(key);
  if (known) return known;
  const resolved = resolveOptions(own);
  const build = new Build(resolved);
  build.root = root;
  build.sourcemap &&= sourcemap;
  if (build.records(client)) build.checkInstalled();
  const made = { build, wants: createFilter(resolved.include, [...resolved.exclude, ...NEVER]) };
  prepared.set(key, made);
  return made;
}
