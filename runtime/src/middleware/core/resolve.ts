import { PanopticError, type Problem } from '../../config/error.ts';
import { callback, flag, integer, isObject, oneOf, type Parse, Refused, text } from '../../config/values.ts';
import { resolveProvider } from '../../providers/in-use.ts';
import type { ResolvedProvider } from '../../providers/table.ts';
import { refused } from './check-given.ts';
import type { HttpMiddlewareOptions } from './options.ts';

/** The options after validation, each with its default. */
export interface ResolvedHttpOptions<Request> {
  readonly extractMetadata: HttpMiddlewareOptions<Request>['extractMetadata'];
  readonly mapRequest: HttpMiddlewareOptions<Request>['mapRequest'];
  readonly onMetadataExtractionError: NonNullable<HttpMiddlewareOptions<Request>['onMetadataExtractionError']>;
  readonly extractionTimeoutMs: number;
  readonly record: boolean;
  readonly provider: ResolvedProvider;
  readonly service: string;
  readonly ignore: HttpMiddlewareOptions<Request>['ignore'];
  /** Lower case, as headers arrive. */
  readonly requestIdHeader: string | undefined;
  readonly traceparent: boolean;
  readonly baggage: readonly string[];
}

type Raw = Readonly<Record<string, unknown>>;

const KNOWN: Readonly<Record<keyof HttpMiddlewareOptions<unknown>, true>> = {
  extractMetadata: true,
  mapRequest: true,
  onMetadataExtractionError: true,
  extractionTimeoutMs: true,
  record: true,
  provider: true,
  service: true,
  ignore: true,
  requestIdHeader: true,
  traceparent: true,
  baggage: true,
};

/**
 * @param where what the user called, for the messages, such as `panopticKoa`
 * @throws PanopticError that lists everything that is wrong: PAN4130 a value, PAN4131 an option that there is not, and what
 * `resolveProvider` throws
 */
export function resolveHttpOptions<Request>(
  options: HttpMiddlewareOptions<Request>,
  where: string,
): ResolvedHttpOptions<Request> {
  const problems: Problem[] = [];
  const raw: Raw = isObject(options) ? options : {};
  if (raw !== options) problems.push(refused(`${where} options`, 'an object'));
  problems.push(...unknownOptions(raw, where));
  const read = <T>(name: string, parse: Parse<T>): T | undefined => {
    if (raw[name] === undefined) return undefined;
    const value = parse(raw[name]);
    if (!(value instanceof Refused)) return value;
    problems.push(refused(`${where} options.${name}`, value.expected));
    return undefined;
  };

  const header = read('requestIdHeader', headerName);
  const resolved = {
    extractMetadata: read('extractMetadata', callback) as ResolvedHttpOptions<Request>['extractMetadata'],
    mapRequest: read('mapRequest', callback) as ResolvedHttpOptions<Request>['mapRequest'],
    onMetadataExtractionError: (read('onMetadataExtractionError', errorPolicy) ??
      'report') as ResolvedHttpOptions<Request>['onMetadataExtractionError'],
    extractionTimeoutMs: read('extractionTimeoutMs', integer(1, 60_000)) ?? 1000,
    record: read('record', flag) ?? true,
    provider: providerOf(raw.provider ?? 'System', where, problems),
    service: read('service', text) ?? 'http',
    ignore: read('ignore', ignored) as ResolvedHttpOptions<Request>['ignore'],
    requestIdHeader: header === false ? undefined : (header ?? 'x-request-id'),
    traceparent: read('traceparent', flag) ?? true,
    baggage: read('baggage', texts) ?? [],
  };
  if (problems.length > 0) throw new PanopticError(problems);
  return resolved;
}

function unknownOptions(raw: Raw, where: string): Problem[] {
  const unknown = Object.keys(raw).filter((name) => !Object.hasOwn(KNOWN, name));
  return unknown.map((name) => ({
    code: 'PAN4131',
    name: `${where} options.${name}`,
    message: `${where} has no option ${name}. Known: ${Object.keys(KNOWN).join(', ')}.`,
  }));
}

function providerOf(name: unknown, where: string, problems: Problem[]): ResolvedProvider {
  try {
    return resolveProvider(name, `${where} options.provider`);
  } catch (error) {
    problems.push(...(error as PanopticError).problems);
    return { name: '', category: '' };
  }
}

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

const headerName: Parse<string | false> = (raw) => {
  if (raw === false) return false;
  return typeof raw === 'string' && HEADER_NAME.test(raw)
    ? raw.toLowerCase()
    : new Refused('the name of a header, or false');
};

const errorPolicy: Parse<unknown> = (raw) => {
  const known = typeof raw === 'function' ? raw : oneOf(['report', 'ignore'])(raw);
  return known instanceof Refused ? new Refused("'report', 'ignore' or a function") : known;
};

const ignored: Parse<unknown> = (raw) => {
  const isList = Array.isArray(raw) && raw.every((one) => typeof one === 'string' || one instanceof RegExp);
  if (isList) return [...raw];
  return typeof raw === 'function' ? raw : new Refused('a list of paths and patterns, or a function');
};

const texts: Parse<readonly string[]> = (raw) =>
  Array.isArray(raw) && raw.every((one) => typeof one === 'string' && one !== '')
    ? [...raw]
    : new Refused('a list of names');
