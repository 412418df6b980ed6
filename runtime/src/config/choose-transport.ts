import type { Transport } from '../deliver/transport.ts';
import { withCredentials } from './mongodb-uri.ts';
import { TRANSPORT_NAMES, type TransportName } from './options.ts';
import type { Environment, Reader } from './reader.ts';
import { callback, httpUrl, mongodbUri, oneOf, type Parse, Refused } from './values.ts';

export interface ChosenTransport {
  readonly transport: TransportName | 'custom';
  /** Set exactly when `transport` is `custom`. */
  readonly custom?: Transport;
  /** Set exactly when `transport` is `mongodb` or `http`. */
  readonly uri?: string;
  /** False for what Panoptic chose alone. */
  readonly chosen: boolean;
}

const byName = oneOf(TRANSPORT_NAMES);

const byNameOrObject: Parse<TransportName | Transport> = (raw) => {
  if (typeof raw !== 'object' || raw === null) return byName(raw);
  const { version, name, destination, send } = raw as Partial<Transport>;
  return version === 1 && typeof name === 'string' && typeof destination === 'string' && typeof send === 'function'
    ? (raw as Transport)
    : new Refused(`one of ${TRANSPORT_NAMES.join(', ')}, or { version: 1, name, destination, send }`);
};

const sendsAtOnce: Parse<number> = (raw) =>
  typeof raw === 'number' && raw >= 1 && (Number.isInteger(raw) || raw === Number.POSITIVE_INFINITY)
    ? raw
    : new Refused('a whole number from 1, or Infinity');

/**
 * What the options say; else `PANOPTIC_TRANSPORT`; else MongoDB or HTTP where an address of our own is given; else memory
 * under a test runner; else the log.
 * @param hasDir somebody named a folder, which is a wish to have events on disk
 */
export function chooseTransport(reader: Reader, hasDir: boolean): ChosenTransport {
  const { options, env } = reader;
  const optionUri = reader.value('mongodb.uri', options.mongodb?.uri, mongodbUri);
  const ownUri = optionUri ?? reader.variable('PANOPTIC_MONGODB_URI', mongodbUri);
  const optionUrl = reader.value('http.url', options.http?.url, httpUrl);
  const url = optionUrl ?? reader.variable('PANOPTIC_HTTP_URL', httpUrl);
  const byOption = reader.option('transport', byNameOrObject) ?? named(optionUri, optionUrl);
  if (typeof byOption === 'object') {
    reader.value('transport.concurrency', byOption.concurrency, sendsAtOnce);
    reader.value('transport.close', byOption.close, callback);
    return { transport: 'custom', custom: byOption, chosen: true };
  }
  const wanted = byOption ?? reader.variable('PANOPTIC_TRANSPORT', byName) ?? named(ownUri, url);

  if (wanted === undefined) {
    return { transport: !hasDir && underTestRunner(env) ? 'memory' : 'log', chosen: false };
  }
  if (wanted !== 'mongodb' && wanted !== 'http') return { transport: wanted, chosen: true };
  const uri = wanted === 'http' ? url : (ownUri ?? applicationUri(reader));
  if (uri !== undefined) return { transport: wanted, uri, chosen: true };
  const missing = wanted === 'http' ? 'a URL: set PANOPTIC_HTTP_URL or http.url' : MISSING_URI;
  reader.problems.push({
    code: 'PAN4103',
    name: byOption ? 'transport' : 'PANOPTIC_TRANSPORT',
    message: `The transport ${wanted} needs ${missing}.`,
  });
  return { transport: 'log', chosen: false };
}

const MISSING_URI = 'a connection string: set PANOPTIC_MONGODB_URI, MONGODB_URI or mongodb.uri';

/** An address is a wish to use it. */
function named(uri: string | undefined, url: string | undefined): TransportName | undefined {
  if (uri !== undefined) return 'mongodb';
  return url === undefined ? undefined : 'http';
}

/** `MONGODB_URI` is usually the application's own database, so it is read only on request. */
function applicationUri(reader: Reader): string | undefined {
  const uri = reader.variable('MONGODB_URI', mongodbUri);
  return uri && withCredentials(uri, reader.env.MONGODB_USER, reader.env.MONGODB_PASSWORD);
}

function underTestRunner(env: Environment): boolean {
  return Boolean(env.VITEST || env.JEST_WORKER_ID || env.NODE_ENV === 'test');
}
