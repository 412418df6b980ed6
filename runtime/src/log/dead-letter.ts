import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deadLetterFolder } from './layout.ts';
import type { Entry } from './record.ts';

/**
 * Keeps an event that MongoDB will never take, on disk before this returns: one JSON object a line, with the
 * namespace, the reason and the document's BSON in base64. The same event may stand there twice after a crash.
 * Throws the system's error.
 */
export function keepDeadLetter(dir: string, { ns, doc }: Entry, reason: string): void {
  const folder = deadLetterFolder(dir);
  mkdirSync(folder, { recursive: true });
  const descriptor = openSync(path.join(folder, `${process.pid}.letters`), 'a', 0o640);
  try {
    const letter = { at: new Date().toISOString(), ns, reason, doc: Buffer.from(doc).toString('base64') };
    writeFileSync(descriptor, `${JSON.stringify(letter)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
