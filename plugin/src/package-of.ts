import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BUILD_CODES, PanopticBuildError } from './build-error.ts';

/** The fields of a `package.json` that a build looks at. */
export interface PackageJson {
  name?: string;
  version?: string;
  private?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

export interface PackageOf {
  /** Folder of the `package.json`. */
  readonly root: string;
  readonly json: PackageJson;
}

function readPackageJson(folder: string): PackageJson | undefined {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as PackageJson;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PanopticBuildError(BUILD_CODES.badPackageJson, `${file} cannot be read: ${reason}. Correct it.`);
  }
}

/** False for the small files that only say `"type"` for the folder they lie in. */
const describesPackage = (json: PackageJson): boolean =>
  Boolean(json.name ?? json.private ?? json.dependencies ?? json.devDependencies);

/** Finds the package a file belongs to and remembers the answer for each folder. One lives as long as one build. */
export class Packages {
  readonly #byFolder = new Map<string, PackageOf | undefined>();

  /**
   * The nearest package at or above a folder.
   *
   * @throws PanopticBuildError `PAN2002` when a `package.json` on the way is no JSON
   */
  ofFolder(folder: string): PackageOf | undefined {
    if (this.#byFolder.has(folder)) return this.#byFolder.get(folder);
    const json = readPackageJson(folder);
    const parent = path.dirname(folder);
    const here = json && describesPackage(json) ? { root: folder, json } : undefined;
    const found = here ?? (parent === folder ? undefined : this.ofFolder(parent));
    this.#byFolder.set(folder, found);
    return found;
  }

  /** What events and site ids show of a file: its package and the POSIX path inside of it, never an absolute path. */
  place(file: string): { packageName: string; file: string } {
    const owner = this.ofFolder(path.dirname(file));
    const relative = path.relative(owner?.root ?? process.cwd(), file);
    return { packageName: owner?.json.name ?? '', file: relative.split(path.sep).join('/') };
  }
}
