import { createRequire } from 'node:module';
import path from 'node:path';
import { PanopticError } from '../config/error.ts';
import { ownFile } from '../config/own-file.ts';

export type PromClient = typeof import('prom-client');

/**
 * The application's prom-client. Not an import, which would fail with Node's own words where the package is missing.
 * @throws PanopticError PAN6560 when it is not installed
 */
export function loadPromClient(): PromClient {
  // a bundle may have no place of its own
  for (const from of [ownFile() ?? '', path.join(process.cwd(), 'noop.js')]) {
    const found = requireFrom(from);
    if (found !== undefined) return found;
  }
  const message = 'The metrics of Panoptic need prom-client 15: npm install prom-client.';
  throw new PanopticError([{ code: 'PAN6560', name: 'prom-client', message }]);
}

function requireFrom(place: string): PromClient | undefined {
  try {
    return createRequire(place)('prom-client') as PromClient;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_INVALID_ARG_VALUE') return undefined;
    throw error;
  }
}
