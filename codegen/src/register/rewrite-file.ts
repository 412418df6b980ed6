import { realpathSync } from 'node:fs';
import { MAP_COMMENT } from '../files/given-map.ts';
import { readText } from '../files/read-text.ts';
import { type Rewritten, rewriteSource, withMap } from '../files/rewrite.ts';
import { mayHaveBillable } from '../filter.ts';

/** Programs may have no extension. */
const CODE = /(?:\.[cm]?[jt]sx?|[\\/][^.\\/]+)$/;
const INSTALLED = /[\\/]node_modules[\\/]/;

/** With this flag a package of the workspace goes by the name of the link in `node_modules`. */
const KEEPS_LINKS: boolean =
  process.env.NODE_PRESERVE_SYMLINKS === '1' ||
  [...process.execArgv, process.env.NODE_OPTIONS].some((flags) => /--preserve-symlinks(?![\w-])/.test(flags ?? ''));

const isInstalled = (path: string): boolean =>
  INSTALLED.test(path) && !(KEEPS_LINKS && !INSTALLED.test(realpathSync(path)));

/** What was made of each file with the tag: both loaders ask, and a warning is told once. */
const made = new Map<string, { disk: string; rewritten: Rewritten | undefined }>();
/** Files without the tag whose source has none either. */
const plain = new Set<string>();

/**
 * Rewrites a file as it lies on disk: what a hook in front hands over may have lost the comments. The source map stands as a
 * comment in the code.
 *
 * @returns undefined when the file stays as it is; without the tag it is not even parsed
 * @throws PanopticFileError with a code, for everything that would leave a call unbilled
 */
export function rewriteFile(path: string): Rewritten | undefined {
  if (!CODE.test(path) || isInstalled(path)) return undefined;
  const disk = readText(path);
  if (disk === undefined) return undefined;
  if (!mayHaveBillable(disk)) {
    if (disk.includes(MAP_COMMENT) && !plain.has(path)) rewriteSource(path, disk);
    return void plain.add(path);
  }
  const known = made.get(path);
  if (known?.disk === disk) return known.rewritten;
  const rewritten = rewriteSource(path, disk);
  const mapped = rewritten && { ...rewritten, code: withMap(rewritten.code, rewritten.map) };
  made.set(path, { disk, rewritten: mapped });
  return mapped;
}
