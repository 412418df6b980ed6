import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Name of the file that is the worker; also beside a bundle, for those who copy it there. */
export const WORKER_FILE = 'panoptic-worker.js';

/** Folders from a module of the package up to the one that holds the worker. */
const LEVELS = 3;

/**
 * The file of the worker: near this module, beside the application's bundle, or in the package as the application
 * resolves it. Undefined where there is none, as in an application that is a single file.
 */
export function findWorker(): string | undefined {
  const self = ownFile();
  // whoever runs the sources has no worker, or one of another version
  if (self?.endsWith('.ts')) return undefined;
  for (let folder = self && path.dirname(self), level = 0; folder && level < LEVELS; level++) {
    const file = path.join(folder, WORKER_FILE);
    if (existsSync(file)) return file;
    folder = path.dirname(folder);
  }
  for (const from of [self, process.argv[1], path.join(process.cwd(), 'noop.js')]) {
    const file = from && inPackage(from);
    if (file) return file;
  }
  return undefined;
}

function inPackage(from: string): string | undefined {
  try {
    const manifest = createRequire(from).resolve('@panoptic/runtime/package.json');
    const file = path.join(path.dirname(manifest), 'dist', WORKER_FILE);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Path of the file that this code is in. From a stack, since nothing else survives every bundler: `import.meta.url` is
 * empty in CommonJS output, and webpack writes a path of the machine that builds in its place.
 */
function ownFile(): string | undefined {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_, calls) => calls[0]?.getFileName();
    const name: unknown = new Error().stack;
    if (typeof name !== 'string') return undefined;
    return name.startsWith('file:') ? fileURLToPath(name) : path.isAbsolute(name) ? name : undefined;
  } catch {
    // somebody froze the intrinsics
    return undefined;
  } finally {
    restore(prepareStackTrace);
  }
}

function restore(prepareStackTrace: typeof Error.prepareStackTrace): void {
  try {
    Error.prepareStackTrace = prepareStackTrace;
  } catch {
    // it was never changed
  }
}
