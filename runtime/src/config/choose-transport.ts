import { withCredentials } from './mongodb-uri.ts';
import { TRANSPORT_NAMES, type TransportName } from './options.ts';
import type { Environment, Reader } from './reader.ts';
import { mongodbUri, oneOf } from './values.ts';

export interface ChosenTransport {
  readonly transport: TransportName;
  /** Set exactly when `transport` is `mongodb`. */
  readonly uri: string | undefined;
  /** False for what Panoptic chose alone. */
  readonly chosen: boolean;
}

const byName = oneOf(TRANSPORT_NAMES);

/**
 * What the options say; else `PANOPTIC_TRANSPORT`; else MongoDB where a URI of our own is given; else memory under a test
 * runner; else the log.
 * @param hasDir somebody named a folder, which is a wish to have events on disk
 */
export function chooseTransport(reader: Reader, hasDir: boolean): ChosenTransport {
  const { options, env } = reader;
  const optionUri = reader.value('mongodb.uri', options.mongodb?.uri, mongodbUri);
  const ownUri = optionUri ?? reader.variable('PANOPTIC_MONGODB_URI', mongodbUri);
  const byOption = reader.option('transport', byName) ?? named(optionUri);
  const wanted = byOption ?? reader.variable('PANOPTIC_TRANSPORT', byName) ?? named(ownUri);

  if (wanted === undefined) {
    const transport = !hasDir && underTestRunner(env) ? 'memory' : 'log';
    return { transport, uri: undefined, chosen: false };
  }
  if (wanted !== 'mongodb') return { transport: wanted, uri: undefined, chosen: true };
  const uri = ownUri ?? applicationUri(reader);
  if (uri !== undefined) return { transport: 'mongodb', uri, chosen: true };
  reader.problems.push({
    code: 'PAN4103',
    name: byOption ? 'transport' : 'PANOPTIC_TRANSPORT',
    message: 'The transport mongodb needs a connection string: set PANOPTIC_MONGODB_URI, MONGODB_URI or mongodb.uri.',
  });
  return { transport: 'log', uri: undefined, chosen: false };
}

/** A connection string is a wish to use it. */
const named = (uri: string | undefined): TransportName | undefined => (uri === undefined ? undefined : 'mongodb');

/** `MONGODB_URI` is usually the application's own database, so it is read only on request. */
function applicationUri(reader: Reader): string | undefined {
  const uri = reader.variable('MONGODB_URI', mongodbUri);
  return uri && withCredentials(uri, reader.env.MONGODB_USER, reader.env.MONGODB_PASSWORD);
}

function underTestRunner(env: Environment): boolean {
  return Boolean(env.VITEST || env.JEST_WORKER_ID || env.NODE_ENV === 'test');
}
