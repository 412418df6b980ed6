import type { MongodbIndex } from '../../config/options.ts';
import type { Transport } from '../transport.ts';
import { MongodbTransport } from './transport.ts';

export interface MongodbTransportSettings {
  /** Connection string. Its credentials never reach a file, a line or an error. */
  readonly uri: string;
  /** Indexes of every collection, made once on the first write. Default: the five that reports use. */
  readonly indexes?: readonly MongodbIndex[];
  /** Compress what is sent, as far as both sides can. Default false. */
  readonly compressionEnabled?: boolean;
}

/** Inserts events into MongoDB, for who puts something of their own before it. Needs the package `mongodb`. */
export function mongodbTransport({ uri, indexes, compressionEnabled }: MongodbTransportSettings): Transport {
  return new MongodbTransport({
    uri,
    ...(indexes && { indexes }),
    ...(compressionEnabled && { compressionEnabled }),
  });
}
