import type { LoggerTransport } from '../logger/options.ts';
import { levelName } from './logger-level.ts';
import type { Reader } from './reader.ts';
import { flag, isObject, object, type Parse, Refused } from './values.ts';

const PATH = 'logger.transport';
const KINDS = ['target', 'targets', 'pipeline'] as const;

/** Each target is named by its path, since pino itself would name none. */
export function readTransport(reader: Reader, given: unknown, levels: readonly string[]): LoggerTransport | undefined {
  const transport = reader.value(PATH, given, object(`an object with ${KINDS.join(', or ')}`));
  if (transport === undefined) return undefined;
  if (KINDS.filter((kind) => transport[kind] !== undefined).length !== 1) {
    reader.refuse('PAN4101', PATH, 'must have exactly one of target, targets and pipeline');
    return undefined;
  }
  reader.value(`${PATH}.worker`, transport.worker, anObject);
  reader.value(`${PATH}.dedupe`, transport.dedupe, flag);
  if (transport.targets === undefined) readTarget(reader, PATH, transport);
  (reader.value(`${PATH}.targets`, transport.targets, objects) ?? []).forEach((target, index) => {
    const place = `${PATH}.targets[${index}]`;
    readTarget(reader, place, target);
    reader.value(`${place}.level`, target.level, levelName(levels));
  });
  return transport as unknown as LoggerTransport;
}

function readTarget(reader: Reader, path: string, given: Readonly<Record<string, unknown>>): void {
  const { pipeline } = given;
  if (pipeline === undefined) readModule(reader, path, given);
  (reader.value(`${path}.pipeline`, pipeline, objects) ?? []).forEach((step, index) => {
    readModule(reader, `${path}.pipeline[${index}]`, step);
  });
}

function readModule(reader: Reader, path: string, { target, options }: Readonly<Record<string, unknown>>): void {
  reader.value(`${path}.target`, target ?? null, moduleName);
  reader.value(`${path}.options`, options, anObject);
}

const anObject = /* @__PURE__ */ object('an object');

const objects: Parse<Record<string, unknown>[]> = (raw) =>
  Array.isArray(raw) && raw.length > 0 && raw.every(isObject) ? raw : new Refused('a list of objects');

const moduleName: Parse<string> = (raw) =>
  typeof raw === 'string' && raw !== '' ? raw : new Refused('the name of a package, or the absolute path of a module');
