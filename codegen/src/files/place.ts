import path from 'node:path';
import { readText } from './read-text.ts';

/** What events and site ids show of a file: its package and the POSIX path inside of it, never an absolute path. */
export interface Place {
  readonly packageName: string;
  readonly file: string;
  /** Folder of the package. */
  readonly root: string;
  /** What Node takes a `.js` or `.ts` file there for, unless it imports or exports. */
  readonly format: 'module' | 'commonjs';
  /** What its `package.json` holds under `panoptic`, unchecked. */
  readonly settings: unknown;
}

interface PackageJson {
  name?: string;
  type?: string;
  private?: boolean;
  dependencies?: object;
  devDependencies?: object;
  panoptic?: unknown;
}

/** Undefined where there is none; one that is no JSON is told by Node itself. */
function readPackageJson(folder: string): PackageJson | undefined {
  try {
    return JSON.parse(readText(path.join(folder, 'package.json')) ?? '') as PackageJson;
  } catch {
    return undefined;
  }
}

/** The nearest package of a file, passing over the small files that only say `"type"` for their folder, as builds do. */
export function placeOf(file: string): Place {
  let folder = path.dirname(file);
  let json = readPackageJson(folder);
  let nearest = json;
  while (!(json?.name ?? json?.private ?? json?.dependencies ?? json?.devDependencies)) {
    const parent = path.dirname(folder);
    if (parent === folder) {
      folder = process.cwd();
      break;
    }
    folder = parent;
    json = readPackageJson(folder);
    nearest ??= json;
  }
  const relative = path.relative(folder, file).split(path.sep).join('/');
  const format = nearest?.type === 'module' ? 'module' : 'commonjs';
  return { packageName: json?.name ?? '', file: relative, root: folder, format, settings: json?.panoptic };
}
