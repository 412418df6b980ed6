import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What events and site ids show of a file: its package and the POSIX path inside of it, never an absolute path. */
export interface Place {
  readonly packageName: string;
  readonly file: string;
  /** Folder of the package. */
  readonly root: string;
}

interface PackageJson {
  name?: string;
  private?: boolean;
  dependencies?: object;
  devDependencies?: object;
}

/** Undefined where there is none; one that is no JSON is told by Node itself. */
function readPackageJson(folder: string): PackageJson | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as PackageJson;
  } catch {
    return undefined;
  }
}

/** The nearest package of a file, passing over the small files that only say `"type"` for their folder, as builds do. */
export function placeOf(file: string): Place {
  let folder = path.dirname(file);
  let json = readPackageJson(folder);
  while (!(json?.name ?? json?.private ?? json?.dependencies ?? json?.devDependencies)) {
    const parent = path.dirname(folder);
    if (parent === folder) {
      folder = process.cwd();
      break;
    }
    folder = parent;
    json = readPackageJson(folder);
  }
  const relative = path.relative(folder, file).split(path.sep).join('/');
  return { packageName: json?.name ?? '', file: relative, root: folder };
}
