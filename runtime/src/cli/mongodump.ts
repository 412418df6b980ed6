import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FrozenEvent } from '../deliver/transport.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/**
 * A folder as `mongodump` 100.x writes it and `mongorestore` reads it, checked on 2026-11-21 against the sources of
 * mongo-tools (`mongodump/prepare.go`: outputPath, nameGz; `mongodump/metadata_dump.go`: Metadata) and its test data
 * (`testdata/timeseriesColl.metadata.json`):
 *
 *     <folder>/<database>/<collection>.bson             documents, one behind the other, nothing between
 *     <folder>/<database>/<collection>.metadata.json    canonical Extended JSON: options, indexes, uuid, collectionName, type
 *
 * With gzip both end in `.gz`. A collection's name is escaped as Go's `url.PathEscape` does; one that would be longer than
 * 238 bytes keeps 208 of them, then `%24` and the URL-safe base64 of its SHA-1. `prelude.json`, which newer versions add with
 * the version of the server, is not needed to restore and not written: there is no server.
 */
export class DumpWriter {
  readonly #folder: string;
  readonly #gzip: boolean;
  readonly #pending: Map<string, { file: string; chunks: Uint8Array[]; bytes: number }> = new Map();
  #pendingBytes = 0;

  /** @throws CommandError `PAN6113` when something is in the folder already; the system's error */
  constructor(folder: string, gzip: boolean) {
    this.#folder = folder;
    this.#gzip = gzip;
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length === 0) return;
    const message = `${folder} is not empty; a dump goes into a folder of its own.`;
    throw new CommandError(EXIT.usage, 'PAN6113', '--mongodump', message);
  }

  get namespaces(): string[] {
    return [...this.#pending.keys()];
  }

  /** @throws the system's error */
  add({ database, collection, doc }: FrozenEvent): void {
    const ns = `${database}.${collection}`;
    let pending = this.#pending.get(ns);
    if (pending === undefined) {
      mkdirSync(path.join(this.#folder, database), { recursive: true });
      pending = { file: this.#file(database, collection, 'bson'), chunks: [], bytes: 0 };
      this.#pending.set(ns, pending);
    }
    pending.chunks.push(doc);
    pending.bytes += doc.length;
    this.#pendingBytes += doc.length;
    if (this.#pendingBytes > MAX_PENDING_BYTES) this.flush();
  }

  /** Writes what waits in memory. With gzip every write is a member of its own, which any reader of gzip joins. */
  flush(): void {
    for (const pending of this.#pending.values()) {
      if (pending.bytes === 0) continue;
      appendFileSync(pending.file, this.#packed(Buffer.concat(pending.chunks)));
      pending.chunks = [];
      pending.bytes = 0;
    }
    this.#pendingBytes = 0;
  }

  /** @param metadata in canonical Extended JSON */
  writeMetadata(ns: string, metadata: string): void {
    const dot = ns.indexOf('.');
    writeFileSync(
      this.#file(ns.slice(0, dot), ns.slice(dot + 1), 'metadata.json'),
      this.#packed(Buffer.from(metadata)),
    );
  }

  #file(database: string, collection: string, ending: string): string {
    const name = `${dumpName(collection)}.${ending}${this.#gzip ? '.gz' : ''}`;
    return path.join(this.#folder, database, name);
  }

  #packed(bytes: Buffer): Buffer {
    return this.#gzip ? gzipSync(bytes) : bytes;
  }
}

const MAX_PENDING_BYTES = 8 * 1024 * 1024;
const MAX_NAME = 238;
const CUT_NAME = 208;

/** File name of a collection, without its ending. */
export function dumpName(collection: string): string {
  const escaped = encodeURIComponent(collection)
    .replace(/[!*'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(?:24|26|2B|3A|3D|40)/g, decodeURIComponent);
  if (escaped.length <= MAX_NAME) return escaped;
  return `${escaped.slice(0, CUT_NAME)}%24${createHash('sha1').update(collection).digest('base64url')}`;
}
