import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { toFrozenEvent } from '../deliver/frozen-event.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { readCursor } from '../log/cursor.ts';
import { writeFileSynced } from '../log/durable.ts';
import { type LogProblem, readFolder } from '../log/folder-reader.ts';
import { ownerFolders } from '../log/layout.ts';
import { ownerState, ownOwner, readOwner, writeOwner } from '../log/owner.ts';
import { readLog } from '../log/reader.ts';
import { placesOf } from '../query/store.ts';
import { backedUpFiles, type Manifest, verifyBackup } from './backup-file.ts';
import { appendTo } from './event-target.ts';
import { EXIT } from './exit-codes.ts';
import { IdSet } from './id-set.ts';
import type { Io } from './io.ts';
import { count, plural } from './numbers.ts';

interface RestoreFlags {
  dir?: string;
  check?: true;
  json?: true;
}

const HELP = `
The whole backup is checked before anything is written; a damaged one is refused with the place.
Events that the folder holds already are left out, so that restoring twice doubles nothing, and a
restore that was stopped can be started again. Events that were on their way to MongoDB are on
their way again: the next program of the project, or panoptic ship, sends them. What was set aside
comes back too. Programs may run meanwhile.

Examples:
  $ panoptic restore desk-2026-11-21.tar.gz
  $ panoptic restore /backups/desk.tar.gz --dir /srv/desk/.panoptic
  $ panoptic restore desk-2026-11-21.tar.gz --check       only check it`;

export function restoreCommand(io: Io, done: (exitCode: number) => void): Command {
  return new Command('restore')
    .description('Puts the events of a backup into a log, those that are missing there.')
    .argument('<file>', 'what panoptic backup has made')
    .option('--dir <folder>', 'folder of the log; made where it is missing (default: $PANOPTIC_DIR, else .panoptic)')
    .option('--check', 'write nothing')
    .option('--json', 'the counts as JSON, for machines')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: RestoreFlags) => done(await restore(path.resolve(io.cwd, file), flags, io)));
}

async function restore(file: string, { dir: chosen, check, json }: RestoreFlags, io: Io): Promise<number> {
  const { dir } = placesOf({ ...(chosen !== undefined && { dir: chosen, transport: 'log' as const }) }, io.env, io.cwd);
  const manifest = await verifyBackup(file);
  const counts = check ? { restored: 0, alreadyThere: 0, damaged: 0 } : await putBack(file, dir);
  if (json) io.stdout.write(`${JSON.stringify({ dir, file, ...facts(manifest), ...counts }, null, 2)}\n`);
  else if (check) io.stdout.write(`${file} is whole: ${plural(manifest.events, 'event')} of ${manifest.made}.\n`);
  else {
    const { restored, alreadyThere, damaged } = counts;
    const damage = damaged > 0 ? `; ${plural(damaged, 'damaged range')} of the log it was made of` : '';
    io.stdout.write(
      `Restored ${plural(restored, 'event')} into ${dir}; already there: ${count(alreadyThere)}${damage}.\n`,
    );
  }
  return EXIT.ok;
}

const facts = ({ made, events }: Manifest): Pick<Manifest, 'made' | 'events'> => ({ made, events });

interface Counts {
  restored: number;
  alreadyThere: number;
  /** Ranges of bytes in the backup that were no record when it was made; they come back as quarantine. */
  damaged: number;
}

const UNPACKED = 'restore-';

/** Events are appended anew, whole folders are not: their writers are gone, and some of the events may be there. */
async function putBack(file: string, dir: string): Promise<Counts> {
  mkdirSync(dir, { recursive: true });
  removeAbandoned(dir);
  const unpacked = mkdtempSync(path.join(dir, UNPACKED));
  writeOwner(unpacked, ownOwner('store'));
  try {
    for await (const { name, bytes } of backedUpFiles(file)) {
      const target = path.join(unpacked, name);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, bytes);
    }
    // where the events of the project go is told by what was there first
    if (!existsSync(path.join(dir, 'destination'))) copyMissing(unpacked, dir, (name) => name === 'destination');
    const counts = await appendMissing(unpacked, dir);
    for (const aside of ['quarantine', 'dead-letter']) copyMissing(path.join(unpacked, aside), path.join(dir, aside));
    return counts;
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

/** What a restore that was killed has left. */
function removeAbandoned(dir: string): void {
  for (const name of readdirSync(dir).filter((one) => one.startsWith(UNPACKED))) {
    const folder = path.join(dir, name);
    if (ownerState(readOwner(folder), ownOwner('store')) === 'dead') rmSync(folder, { recursive: true, force: true });
  }
}

async function appendMissing(unpacked: string, dir: string): Promise<Counts> {
  const known = new IdSet();
  for await (const record of readLog(dir)) known.add(toFrozenEvent(record).id);
  const targets = { store: appendTo(dir, 'store', known), spool: appendTo(dir, 'spool', known) };
  let damaged = 0;
  const onProblem = ({ owner, segment, offset, bytes }: LogProblem): void => {
    damaged++;
    const aside = path.join(unpacked, 'quarantine');
    mkdirSync(aside, { recursive: true });
    writeFileSync(path.join(aside, `${owner}-${segment}-${offset}.bad`), bytes);
  };
  try {
    for (const folder of ownerFolders(unpacked)) {
      const target = targets[readOwner(folder)?.role ?? 'store'];
      for (const batch of batches(readFolder(folder, { from: readCursor(folder), withShared: true, onProblem })))
        await target.add(batch);
    }
  } finally {
    await targets.store.close();
    await targets.spool.close();
  }
  const all = [targets.store.counts(), targets.spool.counts()];
  return {
    restored: all.reduce((sum, { added }) => sum + added, 0),
    alreadyThere: all.reduce((sum, { alreadyThere }) => sum + alreadyThere, 0),
    damaged,
  };
}

function* batches(records: Iterable<Parameters<typeof toFrozenEvent>[0]>): Generator<FrozenEvent[]> {
  let batch: FrozenEvent[] = [];
  for (const record of records) {
    batch.push(toFrozenEvent(record));
    if (batch.length < 500) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/** A file of the same name and other content has grown since the backup, or was sent again from here: both are kept. */
function copyMissing(from: string, to: string, wanted: (name: string) => boolean = () => true): void {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter(wanted)) {
    const bytes = readFileSync(path.join(from, name));
    const own = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
    const isThere = [name, `${own}-${name}`].some((one) => readIfThere(path.join(to, one))?.equals(bytes));
    if (isThere) continue;
    writeFileSynced(path.join(to, existsSync(path.join(to, name)) ? `${own}-${name}` : name), bytes);
  }
}

function readIfThere(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}
