import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { toFrozenEvent } from '../deliver/frozen-event.ts';
import { deadLetterFolder, quarantineFolder } from './layout.ts';
import type { Findings } from './verify-findings.ts';

/** Names what was set aside earlier: the quarantine and the dead letters. */
export function verifyAside(dir: string, findings: Findings): void {
  for (const place of filesIn(quarantineFolder(dir), findings)) {
    const bytes = statSync(place, { throwIfNoEntry: false })?.size ?? 0;
    findings.add({ kind: 'quarantine', place, message: 'bytes that are no record, set aside earlier', bytes });
  }
  for (const file of filesIn(deadLetterFolder(dir), findings)) {
    try {
      for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
        if (line !== '') letter(`${file}:${index + 1}`, line, findings);
      }
    } catch (error) {
      findings.add({ kind: 'unreadable', place: file, message: (error as Error).message });
    }
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
