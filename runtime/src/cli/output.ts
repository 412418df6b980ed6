import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Io } from './io.ts';

/** Where an export's lines go. */
export interface LineOutput {
  /** Resolves when more may be written. */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Text that is written at once. */
const CHUNK = 256 * 1024;

/** stdout, or a file that is made anew. @throws the system's error */
export function openOutput(file: string | undefined, gzip: boolean, { stdout }: Pick<Io, 'stdout'>): LineOutput {
  const descriptor = file === undefined ? undefined : openSync(file, 'w', 0o640);
  let pending = '';
  const flush = async (): Promise<void> => {
    const bytes = gzip ? gzipSync(pending) : Buffer.from(pending);
    pending = '';
    if (descriptor !== undefined) writeAll(descriptor, bytes);
    // a pipe that is read slowly must not fill memory
    else if (stdout.write(gzip ? (bytes as never) : bytes.toString('utf8')) === false)
      await once(stdout as Writable, 'drain');
  };
  return {
    async write(text) {
      pending += text;
      if (pending.length > CHUNK) await flush();
    },
    async close() {
      if (pending !== '') await flush();
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}

export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from);
}
