import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { readCursor } from '../log/cursor.ts';
import { readFolder } from '../log/folder-reader.ts';
import { deadLetterFolder, ownerFolders, quarantineFolder, segmentPath, segmentsOf } from '../log/layout.ts';
import { ownerState, ownOwner, readOwner } from '../log/owner.ts';
import { isChecked } from '../log/repair.ts';
import { findLog, placesOf } from '../query/store.ts';
import { BackupWriter } from './backup-file.ts';
import { sayElsewhere } from './elsewhere.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { bytes, plural } from './numbers.ts';

interface BackupFlags {
  dir?: string;
  json?: true;
}

const HELP = `
One file with everything the log holds: events, damage that was set aside, dead letters. Programs
may go on writing: of each, the file holds the events up to some moment after the start. It is a
compressed tar with a checksum for every file; panoptic restore checks all of them before it writes
anything. Events in MongoDB are backed up with mongodump, or with panoptic export --mongodump.

Examples:
  $ panoptic backup desk-2026-11-21.tar.gz
  $ panoptic backup /backups/desk.tar.gz --dir /srv/desk/.panoptic`;

export function backupCommand(io: Io, done: (exitCode: number) => void): Command {
  return new Command('backup')
    .description('Copies a log into one file, also while it is being written.')
    .argument('<file>', 'is made; must not be there yet')
    .option('--dir <folder>', 'folder of the log (default: $PANOPTIC_DIR, else .panoptic here or above)')
    .option('--json', 'the counts as JSON, for machines')
    .addHelpText('after', HELP)
    .action((file: string, flags: BackupFlags) => done(backup(path.resolve(io.cwd, file), flags, io)));
}

function backup(file: string, { dir: chosen, json }: BackupFlags, io: Io): number {
  const options = { ...(chosen !== undefined && { dir: chosen, transport: 'log' as const }) };
  const dir = findLog(placesOf(options, io.env, io.cwd), io.cwd);
  const writer = new BackupWriter(file);
  const counts = { events: 0, bytes: 0, files: 0 };
  const add = (name: string, content: Uint8Array): void => {
    writer.add(name, content);
    counts.bytes += content.length;
    counts.files++;
  };
  try {
    for (const folder of everyOwner(dir)) counts.events += addFolder(folder, add);
    for (const aside of [quarantineFolder(dir), deadLetterFolder(dir)]) {
      for (const name of namesOf(aside)) addFile(path.join(aside, name), `${path.basename(aside)}/${name}`, add);
    }
    addFile(path.join(dir, 'destination'), 'destination', add);
    writer.finish({ dir, events: counts.events });
  } catch (error) {
    writer.abandon();
    const message = `The backup cannot be written: ${(error as Error).message}.`;
    throw new CommandError(EXIT.unreachable, 'PAN6117', 'file', message);
  }
  if (json) io.stdout.write(`${JSON.stringify({ dir, file, ...counts }, null, 2)}\n`);
  else io.stdout.write(`Backed up ${plural(counts.events, 'event')} (${bytes(counts.bytes)}) of ${dir} to ${file}.\n`);
  sayElsewhere(dir, io);
  return EXIT.ok;
}

/** A folder that is taken over gets another name meanwhile: what is new is looked for until there is nothing new. */
function* everyOwner(dir: string): Generator<string> {
  const done = new Set<string>();
  for (let more = true; more; ) {
    more = false;
    for (const folder of ownerFolders(dir)) {
      if (done.has(folder)) continue;
      done.add(folder);
      more = true;
      yield folder;
    }
  }
}

type Add = (name: string, content: Uint8Array) => void;

/**
 * The segments only grow, so that a copy up to the last good record is one moment of the folder. The cursor is read before
 * them: one that lags sends some events again, with the same ids; one that is ahead would hide events.
 */
function addFolder(folder: string, add: Add): number {
  const name = `log/${path.basename(folder)}`;
  const cursor = readCursor(folder);
  addFile(path.join(folder, 'owner'), `${name}/owner`, add);
  if (cursor.segment > 0) add(`${name}/cursor`, Buffer.from(`${cursor.segment} ${cursor.offset}\n`));
  const live = !isChecked(folder) && ownerState(readOwner(folder), ownOwner('store')) !== 'dead';
  let end = { segment: 0, offset: 0 };
  let events = 0;
  for (const { after } of readFolder(folder, { from: cursor, live })) {
    end = after;
    events++;
  }
  for (const segment of segmentsOf(folder)) {
    if (live && segment > end.segment) break;
    const content = readIfThere(segmentPath(folder, segment));
    // shipped and deleted meanwhile
    if (content === undefined) continue;
    const whole = !live || segment < end.segment ? content : content.subarray(0, end.offset);
    add(`${name}/${path.basename(segmentPath(folder, segment))}`, whole);
  }
  return events;
}

function addFile(file: string, name: string, add: Add): void {
  const content = readIfThere(file);
  if (content !== undefined) add(name, content);
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function namesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
