import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder, syncFolder } from './durable.ts';
import { deadLetterFolder } from './layout.ts';
import { ownerFolderName, ownOwner } from './owner.ts';
import type { Entry } from './record.ts';

let own: string | undefined;

/** The file of this thread: containers that share a volume have the same pid, and what one cuts off must not be another's. */
const ownFile = (): string => (own ??= `${ownerFolderName(ownOwner('spool'))}.letters`);

/**
 * Keeps an event that MongoDB will never take, on disk before this returns: one JSON object a line, with the
 * namespace, the reason and the document's BSON in base64. The same event may stand there twice after a crash.
 * Throws the system's error.
 */
export function keepDeadLetter(dir: string, { ns, doc }: Entry, reason: string): void {
  const folder = deadLetterFolder(dir);
  makeFolder(folder);
  const descriptor = openSync(path.join(folder, ownFile()), 'a+', 0o640);
  const { size } = fstatSync(descriptor);
  try {
    const letter = { at: new Date().toISOString(), ns, reason, doc: Buffer.from(doc).toString('base64') };
    writeFileSync(descriptor, `${endsLine(descriptor, size) ? '' : '\n'}${JSON.stringify(letter)}\n`);
    fsyncSync(descriptor);
  } catch (error) {
    // half a line on a full disk would spoil the next one, too
    ftruncateSync(descriptor, size);
    throw error;
  } finally {
    closeSync(descriptor);
  }
  syncFolder(folder);
}

/** False where half a line could not be cut off. */
function endsLine(descriptor: number, size: number): boolean {
  const last = Buffer.alloc(1);
  return size === 0 || (readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] === 10);
}
