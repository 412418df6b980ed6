import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The nearest package around a folder. */
export interface ProjectRoot {
  /** Absolute; the folder itself when no package.json is found. */
  readonly root: string;
  /** From package.json, else the folder's own name. Never empty. */
  readonly name: string;
}

/** Walks up from `cwd` to the first readable package.json. Never throws. */
export function findProject(cwd: string): ProjectRoot {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const name = packageName(folder);
    if (name !== undefined) return { root: folder, name: name || folderName(folder) };
    if (folder === dirname(folder)) return { root: cwd, name: folderName(cwd) };
  }
}

/** Undefined without a package.json; empty when it has no usable name. */
function packageName(folder: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { name } = JSON.parse(text) as { name?: unknown };
    return typeof name === 'string' ? name.trim() : '';
  } catch {
    return '';
  }
}

const folderName = (folder: string): string => basename(folder) || 'unnamed';
