import { existsSync } from 'node:fs';
// by its namespace: webpack would resolve what a named import resolves
import * as modules from 'node:module';
import path from 'node:path';
import { ownFile } from '../../config/own-file.ts';

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
  return inPackage(() => self) ?? inPackage(() => process.argv[1]) ?? inPackage(() => path.resolve('noop.js'));
}

/** @param importer may throw: a folder that was deleted under a running process has no path any more */
function inPackage(importer: () => string | undefined): string | undefined {
  try {
    const from = importer();
    if (!from) return undefined;
    const manifest = modules.createRequire(from).resolve('@panoptic/runtime/package.json');
    const file = path.join(path.dirname(manifest), 'dist', WORKER_FILE);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
