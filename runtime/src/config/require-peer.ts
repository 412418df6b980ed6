import { createRequire } from 'node:module';
import path from 'node:path';
import { workingDirectory } from './here.ts';
import { ownFile } from './own-file.ts';

/**
 * A package of the application that Panoptic can do without, synchronously; undefined where it is not installed. Not an
 * import, which every bundler would try to resolve, and which fails with Node's own words. Throws what the package itself throws.
 */
export function requirePeer(name: string): unknown {
  // a bundle may have no place of its own
  for (const place of [ownFile() ?? '', path.join(workingDirectory(), 'noop.js')]) {
    try {
      return createRequire(place)(name);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_INVALID_ARG_VALUE') throw error;
    }
  }
  return undefined;
}
