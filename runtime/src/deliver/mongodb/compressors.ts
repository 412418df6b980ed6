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

export interface Compression {
  /** The connection string without its compressors. */
  readonly uri: string;
  /** For the driver's client, in their place. */
  readonly options: { readonly compressors?: 'zlib'[] };
  /** What the connection string names and this process cannot use, in one line; absent where there is no such thing. */
  readonly problem?: string;
}

/**
 * What to connect with: the compressors a connection string names, else those at hand where `wanted`, and never one that
 * this process lacks.
 * @param broken those that turned out not to work
 */
export function compressionOf(asked: string, wanted: boolean = false, broken: readonly string[] = []): Compression {
  const { uri, named } = splitCompressors(asked);
  const atHand: readonly string[] = compressorsAtHand();
  const isUsable = (one: string): boolean =>
    !broken.includes(one) && (atHand.includes(one) || !Object.hasOwn(PACKAGES, one));
  const compressors = (named ?? (wanted ? atHand : [])).filter(isUsable);
  const missing = named?.filter((one) => !isUsable(one)) ?? [];
  return {
    uri,
    options: compressors.length > 0 ? { compressors: compressors as 'zlib'[] } : {},
    ...(missing.length > 0 && {
      problem: `This process cannot compress with ${missing.join(', ')}, which PANOPTIC_MONGODB_URI names: it does without.`,
    }),
  };
}

/** What to do about such a problem. */
export const COMPRESSION_ADVICE = 'Install @mongodb-js/zstd or snappy, or take it out of the connection string.';
