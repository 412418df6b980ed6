import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Version of the package this file belongs to; it lies one folder deeper in the build than in the sources. */
export function runtimeVersion(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const found = nameAndVersion(path.join(folder, 'package.json'));
    if (found?.name === '@panoptic/runtime') return found.version;
    if (folder === path.dirname(folder)) return 'unknown';
  }
}

function nameAndVersion(file: string): { name: string; version: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
