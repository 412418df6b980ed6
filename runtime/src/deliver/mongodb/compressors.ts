// by its namespace: a bundle often has a `createRequire` of its own at its top
import * as modules from 'node:module';
import path from 'node:path';
import * as zlib from 'node:zlib';
import { ownFile } from '../../config/own-file.ts';

export type Compressor = 'zstd' | 'snappy' | 'zlib';

const PACKAGES = { zstd: '@mongodb-js/zstd', snappy: 'snappy' } as const;

/**
 * What this process can compress with, best first. The driver offers the server whatever it is told to and fails every
 * command with a compression it lacks, so nothing is offered that is not there.
 */
export function compressorsAtHand(): Compressor[] {
  const zstd = 'zstdCompress' in zlib || isInstalled(PACKAGES.zstd);
  return [...(zstd ? (['zstd'] as const) : []), ...(isInstalled(PACKAGES.snappy) ? (['snappy'] as const) : []), 'zlib'];
}

/** True when the driver would find the package: beside itself, else where the application looks. */
function isInstalled(name: string): boolean {
  for (const from of [ownFile() ?? '', path.join(process.cwd(), 'noop.js')]) {
    try {
      const besideDriver = modules.createRequire(modules.createRequire(from).resolve('mongodb'));
      // not only found, but working on this Node: it is native code
      besideDriver(name);
      return true;
    } catch {
      // the next place
    }
  }
  return false;
}

const NAMED = /([?&])compressors=([^&#]*)&?/i;

/** The compressors a connection string names, and the string without them, because the driver adds those to any others. */
export function splitCompressors(uri: string): { uri: string; named: readonly string[] | undefined } {
  const named = NAMED.exec(uri)?.[2];
  if (named === undefined) return { uri, named: undefined };
  const rest = uri.replace(NAMED, '$1').replace(/[?&]$/, '');
  return { uri: rest, named: decodeURIComponent(named).split(',') };
}
