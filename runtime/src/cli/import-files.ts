import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { CommandError, EXIT } from './exit-codes.ts';

/** One event as a file holds it: a line of JSON, or the bytes of a BSON document with its namespace. */
export interface RawEvent {
  /** File and line, or file and offset, for a person. */
  readonly place: string;
  readonly line?: string;
  readonly bson?: { readonly database: string; readonly collection: string; readonly doc: Uint8Array };
  /** Why there is neither. */
  readonly problem?: string;
}

/**
 * Reads JSON lines or `.bson` files, plain or with `.gz`; of a folder everything that `mongodump` writes.
 * @throws CommandError `PAN6115` when there is nothing to read
 */
export function readFiles(target: string): AsyncGenerator<RawEvent> {
  const stats = statSync(target, { throwIfNoEntry: false });
  if (!stats) throw notReadable(`${target} does not exist.`);
  if (!stats.isDirectory()) return isBson(target) ? readBson(target) : readLines(target);
  const files = dumpFiles(target);
  if (files.length > 0) return readAll(files);
  throw notReadable(
    `${target} holds no .bson file: give a folder that mongodump or panoptic export has made, or a file of JSON lines.`,
  );
}

/** True of a file of JSON lines, which do not say in which collections their events belong. */
export const holdsLines = (target: string): boolean => !statSync(target).isDirectory() && !isBson(target);

const isBson = (file: string): boolean => /\.bson(\.gz)?$/.test(file);
const notReadable = (message: string): CommandError => new CommandError(EXIT.usage, 'PAN6115', 'file', message);

/** A folder of a database, or of several. */
function dumpFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const inside = path.join(folder, entry.name);
    if (entry.isDirectory()) return dumpFiles(inside);
    return isBson(entry.name) ? [inside] : [];
  });
}

async function* readAll(files: readonly string[]): AsyncGenerator<RawEvent> {
  for (const file of files) yield* readBson(file);
}

async function* readLines(file: string): AsyncGenerator<RawEvent> {
  let number = 0;
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of open(file)) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        number++;
        if (line.trim() !== '') yield { place: `${file}:${number}`, line };
      }
    }
    if (rest.trim() !== '') yield { place: `${file}:${number + 1}`, line: rest };
  } catch (error) {
    yield {
      place: `${file}:${number + 1}`,
      problem: `the rest of the file cannot be read: ${(error as Error).message}`,
    };
  }
}

const SMALLEST = 5;
/** Larger than any document of a server, so that a flipped bit in a length is not waited for. */
const LARGEST = 64 * 1024 * 1024;

async function* readBson(file: string): AsyncGenerator<RawEvent> {
  const database = path.basename(path.dirname(path.resolve(file)));
  const collection = collectionOf(file);
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of open(file)) {
      rest = Buffer.concat([rest, chunk as Uint8Array]);
      let at = 0;
      while (rest.length - at >= 4) {
        const length = rest.readInt32LE(at);
        if (length < SMALLEST || length > LARGEST) throw new Error(`a document cannot have ${length} bytes`);
        if (rest.length - at < length) break;
        const doc = rest.subarray(at, at + length);
        yield { place: `${file} at ${offset + at}`, bson: { database, collection, doc } };
        at += length;
      }
      offset += at;
      rest = rest.subarray(at);
    }
    if (rest.length > 0) throw new Error('its last document is cut off');
  } catch (error) {
    yield {
      place: `${file} at ${offset}`,
      problem: `the rest of the file cannot be read: ${(error as Error).message}`,
    };
  }
}

function open(file: string): Readable {
  const bytes = createReadStream(file);
  if (!file.endsWith('.gz')) return bytes;
  const plain = createGunzip();
  bytes.on('error', (error) => plain.destroy(error));
  return bytes.pipe(plain);
}

/** The metadata beside it knows names that are too long for a file. */
function collectionOf(file: string): string {
  const stem = file.replace(/\.bson(\.gz)?$/, '');
  for (const metadata of [`${stem}.metadata.json`, `${stem}.metadata.json.gz`]) {
    if (!existsSync(metadata)) continue;
    const bytes = readFileSync(metadata);
    const { collectionName } = JSON.parse((metadata.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
    if (typeof collectionName === 'string') return collectionName;
  }
  return decodeURIComponent(path.basename(stem));
}
