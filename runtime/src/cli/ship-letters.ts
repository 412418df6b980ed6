import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { syncFolder, writeFileSynced } from '../log/durable.ts';
import { InFlight, type Limit } from '../log/in-flight.ts';
import { deadLetterFolder } from '../log/layout.ts';
import type { Entry } from '../log/record.ts';
import type { BatchSender } from './send-batch.ts';

export interface LetterFile {
  readonly file: string;
  readonly entries: readonly Entry[];
  /** Lines that cannot be read; they are kept as they are. */
  readonly unreadable: readonly string[];
  readonly size: number;
}

/** Files of events that a server refused. */
export function letterFiles(dir: string): string[] {
  try {
    const names = readdirSync(deadLetterFolder(dir)).filter((name) => /\.letters$/.test(name));
    return names.sort().map((name) => path.join(deadLetterFolder(dir), name));
  } catch {
    return [];
  }
}

const unique = (): string => randomBytes(4).toString('hex');

export function readLetters(file: string): LetterFile {
  const text = readFileSync(file, 'utf8');
  const entries: Entry[] = [];
  const unreadable: string[] = [];
  for (const line of text.split('\n').filter(Boolean)) {
    try {
      const { ns, doc } = JSON.parse(line) as { ns: string; doc: string };
      entries.push({ ns, doc: Buffer.from(doc, 'base64') });
    } catch {
      unreadable.push(line);
    }
  }
  return { file, entries, unreadable, size: Buffer.byteLength(text) };
}

/**
 * Sends the dead letters again. The file is renamed first, so that its writer begins another; what is refused once more
 * becomes a new letter before the old file goes. Killed in between, the next call begins the file anew.
 */
export async function shipLetters(dir: string, sender: BatchSender, limit: Limit): Promise<void> {
  for (const name of letterFiles(dir)) {
    // a name that nobody has: the file of an earlier call that was stopped may still be there
    const taken = name.replace(/(?:-[\da-f]{8}-taken)?\.letters$/, `-${unique()}-taken.letters`);
    renameSync(name, taken);
    const { entries, unreadable, size } = readLetters(taken);
    const waiting = new InFlight();
    for (const entry of entries) waiting.add({ entry });
    for (let portion = waiting.take(limit); portion.length > 0; portion = waiting.take(limit)) {
      await sender.ship(
        portion.map(({ entry }) => entry),
        dir,
      );
      waiting.settle(portion, true);
    }
    // a writer that had the file open has added to it, or some lines were not ours
    const grown = readFileSync(taken).subarray(size).toString('utf8');
    const rest = [...unreadable, ...grown.split('\n').filter(Boolean)];
    const kept = path.join(path.dirname(taken), `${unique()}-kept.letters`);
    if (rest.length > 0) writeFileSynced(kept, `${rest.join('\n')}\n`);
    rmSync(taken);
    syncFolder(deadLetterFolder(dir));
  }
}
