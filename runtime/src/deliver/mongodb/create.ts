import type { MongodbIndex } from '../../config/options.ts';
import { type Parsers, readOptions } from '../../config/read-options.ts';
import { flag, indexes, mongodbUri } from '../../config/values.ts';
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

/**
 * Inserts events into MongoDB, for who puts something of their own before it. Needs the package `mongodb`.
 * @throws PanopticError that lists every option that is wrong
 */
export function mongodbTransport(options: MongodbTransportSettings): Transport {
  return new MongodbTransport(readOptions('mongodbTransport', options, PARSERS, ['uri']));
}

const PARSERS: Parsers<MongodbTransportSettings> = { uri: mongodbUri, indexes, compressionEnabled: flag };
