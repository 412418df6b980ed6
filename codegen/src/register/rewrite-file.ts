import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { INSTRUMENT } from '../abi.ts';
import { formatDiagnostic } from '../diagnostics/format.ts';
import { mayHaveBillable } from '../filter.ts';
import { transform } from '../transform.ts';
import type { Diagnostic } from '../types.ts';
import { type Place, placeOf } from './package-of.ts';
import { fileError, findingsError } from './register-error.ts';

/** A file with annotated functions. */
export interface Rewritten {
  /** Where it lies. */
  readonly path: string;
  /** The text on disk, without a byte order mark. */
  readonly disk: string;
  /** What runs in its place, in the same language, with its source map as a comment. */
  readonly code: string;
  /** Ids of its sites: they stand in the code whatever compiles it further. */
  readonly ids: readonly string[];
  readonly place: Place;
}

/** As it was before compilers were given other texts: `read-instead.ts`. */
const { readFileSync } = fs;
/** Programs may have no extension. */
const CODE = /(?:\.[cm]?[jt]sx?|[\\/][^.\\/]+)$/;
const INSTALLED = /[\\/]node_modules[\\/]/;

export const withoutMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

/** Undefined for what another hook makes without a file. */
function readText(file: string): string | undefined {
  try {
    return withoutMark(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What was made of each file with the tag: both loaders ask, and a warning is told once. */
const made = new Map<string, { disk: string; rewritten: Rewritten | undefined }>();

/**
 * Rewrites a file as it lies on disk: what a hook in front hands over may have lost the comments.
 *
 * @returns undefined when the file stays as it is; without the tag it is not even parsed
 * @throws PanopticRegisterError with a code, for everything that would leave a call unbilled
 */
export function rewriteFile(path: string): Rewritten | undefined {
  if (!CODE.test(path) || INSTALLED.test(path)) return undefined;
  const disk = readText(path);
  if (disk === undefined || !mayHaveBillable(disk)) return undefined;
  const known = made.get(path);
  if (known?.disk === disk) return known.rewritten;
  const rewritten = rewrite(path, disk);
  made.set(path, { disk, rewritten });
  return rewritten;
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';

function rewrite(path: string, disk: string): Rewritten | undefined {
  const place = placeOf(path);
  const { packageName, file } = place;
  const { code, map, billables, diagnostics } = transform(disk, path, { packageName, file });
  const [first, ...others] = diagnostics.filter(isError);
  if (first !== undefined) throw findingsError([first, ...others], disk);
  for (const warning of diagnostics) console.error(formatDiagnostic(warning, disk));
  if (billables.length === 0 || map === null) return undefined;
  checkRuntime(path, disk, place);
  map.sources = [pathToFileURL(path).href];
  const ids = billables.map(({ id }) => id);
  return { path, disk, code: `${code}\n//# sourceMappingURL=${map.toUrl()}\n`, ids, place };
}

function checkRuntime(path: string, disk: string, { file, packageName, root }: Place): void {
  try {
    createRequire(path).resolve(INSTRUMENT);
  } catch {
    const message = `@panoptic/runtime is not installed where ${packageName || 'the package'} finds it.`;
    throw fileError({ code: 'PAN1401', message, fix: `Run in ${root}: npm install @panoptic/runtime` }, disk, file);
  }
}
