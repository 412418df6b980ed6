import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { toFrozenEvent } from '../deliver/frozen-event.ts';
import { deadLetterFolder, quarantineFolder } from './layout.ts';
import type { Findings } from './verify-findings.ts';

const CHUNK_BYTES = 256 * 1024;

/** Names what was set aside earlier: the quarantine and the dead letters. */
export function verifyAside(dir: string, findings: Findings): void {
  for (const place of filesIn(quarantineFolder(dir), findings)) {
    const bytes = statSync(place, { throwIfNoEntry: false })?.size ?? 0;
    findings.add({ kind: 'quarantine', place, message: 'bytes that are no record, set aside earlier', bytes });
  }
  for (const file of filesIn(deadLetterFolder(dir), findings)) {
    try {
      let number = 0;
      for (const line of linesOf(file)) {
        number++;
        if (line !== '') letter(`${file}:${number}`, line, findings);
      }
    } catch (error) {
      findings.add({ kind: 'unreadable', place: file, message: (error as Error).message });
    }
  }
}

/** The lines of a file of any size. */
function* linesOf(file: string): Generator<string, void> {
  const descriptor = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const read = readSync(descriptor, chunk, 0, chunk.length, null);
      if (read === 0) break;
      rest = Buffer.concat([rest, chunk.subarray(0, read)]);
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
        yield rest.toString('utf8', 0, end);
        rest = rest.subarray(end + 1);
      }
    }
    if (rest.length > 0) yield rest.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

function letter(place: string, line: string, findings: Findings): void {
  try {
    const { ns, reason, doc } = JSON.parse(line) as { ns: string; reason: string; doc: string };
    const bytes = Buffer.from(doc, 'base64');
    const { id } = toFrozenEvent({ ns, doc: bytes });
    findings.add({ kind: 'dead-letter', place, message: reason, bytes: bytes.length, events: 1, id, ns });
  } catch (error) {
    findings.add({ kind: 'unreadable', place, message: `no dead letter: ${(error as Error).message}` });
  }
}

function filesIn(folder: string, findings: Findings): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => path.join(folder, name));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') findings.add({ kind: 'unreadable', place: folder, message });
    return [];
  }
}
