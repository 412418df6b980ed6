import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import remapping from '@jridgewell/remapping';
import { INSTRUMENT } from '../abi.ts';
import { formatDiagnostic } from '../diagnostics/format.ts';
import { mayHaveBillable } from '../filter.ts';
import { transform } from '../transform.ts';
import type { Diagnostic } from '../types.ts';
import { compareWithSource } from './compare.ts';
import { fileError, findingsError } from './file-error.ts';
import { type GivenMap, givenMap, MAP_COMMENT } from './given-map.ts';
import { checkOptions, type FileOptions } from './options.ts';
import { type Place, placeOf } from './place.ts';

/** A file with annotated functions. */
export interface Rewritten {
  /** Where it lies. */
  readonly path: string;
  /** Its text as it was. */
  readonly source: string;
  /** What runs in its place, in the same language. */
  readonly code: string;
  /** Source map of `code`, as JSON: to the source that a compiler made the file of, where its own map tells. */
  readonly map: string;
  /** Ids of its sites: they stand in the code whatever compiles it further. */
  readonly ids: readonly string[];
  readonly place: Place;
}

/** The runtime reads it, too, for what no build has seen. */
const TRACE = ['1', 'true'].includes(process.env.PANOPTIC_TRACE ?? '');

const UNBILLED = '  note: the function stays unbilled (onError: "warn")';

/**
 * Rewrites the text of a file, outside of a bundler.
 *
 * @param own options that win over those in the file's `package.json`
 * @param loadedAs what loads a file that shows by neither name, import nor export what it is. @default what Node takes it for
 * @returns undefined when the file stays as it is; without the tag it is not even parsed
 * @throws PanopticFileError with a code, for everything that would leave a call unbilled
 */
export function rewriteSource(
  path: string,
  source: string,
  own: FileOptions = {},
  loadedAs?: Place['format'],
): Rewritten | undefined {
  if (!mayHaveBillable(source)) {
    const given = source.includes(INSTRUMENT) ? undefined : givenMap(path, source);
    if (given) compareWithSource(path, given, { billables: [], diagnostics: [] }, own.providers);
    return undefined;
  }
  const place = placeOf(path);
  const { packageName, file, root, settings } = place;
  const format = loadedAs ?? place.format;
  const options = { ...checkOptions(settings, `"panoptic" of package.json in ${root}`), ...own };
  const { providers = {}, strict = false, trace = TRACE, onError = 'fail' } = options;
  const result = transform(source, path, { packageName, file, format, providers, strict, trace });
  const { code, map, billables, diagnostics } = result;
  const given = givenMap(path, source);
  report(given ? compareWithSource(path, given, result, providers) : diagnostics, source, onError);
  if (billables.length === 0 || map === null) return undefined;
  checkRuntime(path, source, place);
  map.sources = [pathToFileURL(path).href];
  return { path, source, code, map: toSource(map.toString(), given), ids: billables.map(({ id }) => id), place };
}

/** `code` with its map as a comment. */
export const withMap = (code: string, map: string): string =>
  `${code}\n${MAP_COMMENT}data:application/json;charset=utf-8;base64,${Buffer.from(map).toString('base64')}\n`;

const toSource = (map: string, given: GivenMap | undefined): string =>
  given === undefined ? map : remapping([map, given], () => null).toString();

function report(diagnostics: readonly Diagnostic[], source: string, onError: 'fail' | 'warn'): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first, ...others] = errors;
  if (first !== undefined && onError === 'fail') throw findingsError([first, ...others], source);
  for (const diagnostic of diagnostics) {
    const text = formatDiagnostic(diagnostic, source);
    console.error(errors.includes(diagnostic) ? `${text}\n${UNBILLED}` : text);
  }
}

function checkRuntime(path: string, source: string, { file, packageName, root }: Place): void {
  try {
    createRequire(path).resolve(INSTRUMENT);
  } catch {
    const message = `@panoptic/runtime is not installed where ${packageName || 'the package'} finds it.`;
    throw fileError({ code: 'PAN1401', message, fix: `Run in ${root}: npm install @panoptic/runtime` }, source, file);
  }
}
