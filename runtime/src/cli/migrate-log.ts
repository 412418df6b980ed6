import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Decimal128, deserialize, serialize } from 'bson';
import type { StoredFields } from '../event/migrate.ts';
import { readCursor } from '../log/cursor.ts';
import { makeFolder, syncFolder } from '../log/durable.ts';
import { type LogRecord, readFolder } from '../log/folder-reader.ts';
import { logFolder, ownerFolders, segmentPath, segmentsOf } from '../log/layout.ts';
import { hasExpired } from '../log/lease.ts';
import { type Owner, ownerState, ownOwner, readOwner, writeOwner } from '../log/owner.ts';
import { type Entry, FORMAT } from '../log/record.ts';
import { isChecked, markChecked, nameGap, quarantine } from '../log/repair.ts';
import { LogWriter } from '../log/writer.ts';
import { type MigrateOptions, Migrating, type MigrationResult } from './migrate-result.ts';

const SEGMENT_BYTES = 8 * 1024 * 1024;

/** Events written with one append. */
const CHUNK = 512;

/** Where folders are written anew; `<name>.old` is one that is being replaced. */
const workFolder = (dir: string): string => path.join(dir, 'migrating');

/**
 * Writes those folders of a log anew that hold events of older versions. That happens beside the log; then the new folder
 * takes the place of the old one by two renames. What is broken off between them, the next run ends. Folders in use are
 * left alone.
 */
export function migrateLog(dir: string, { plan, dryRun }: MigrateOptions): MigrationResult {
  if (!dryRun) endReplacements(dir);
  const migrating = new Migrating(dir, plan, { Decimal128 });
  for (const folder of ownerFolders(dir)) {
    const old = countOld(folder, migrating);
    if (old.size === 0) continue;
    const owner = readOwner(folder);
    const skip = (reason: string): void => void migrating.result.skipped.push({ place: folder, reason });
    const inUse = whyInUse(folder, owner);
    if (owner === undefined || inUse !== undefined) skip(inUse ?? 'it does not say who writes here');
    else if (!dryRun && !replaceFolder(dir, folder, owner, migrating)) skip('somebody took it over meanwhile');
    else for (const [from, events] of old) migrating.migrated(from, events);
  }
  if (!dryRun) rmSync(workFolder(dir), { recursive: true, force: true });
  return migrating.result;
}

/** How many events of each older version a folder holds that can be migrated. */
function countOld(folder: string, migrating: Migrating): Map<number, number> {
  const old = new Map<number, number>();
  for (const record of readFolder(folder, { from: readCursor(folder) })) {
    const place = (): string => `${folder}, segment ${record.segment}, at ${record.offset}`;
    const done = migrating.take(decode(record), place);
    if (done !== undefined) old.set(done.from, (old.get(done.from) ?? 0) + 1);
  }
  return old;
}

/** Undefined for a folder that nobody writes any more. */
function whyInUse(folder: string, owner: Owner | undefined): string | undefined {
  if (owner === undefined) return undefined;
  if (owner.format > FORMAT) return 'a later version of Panoptic has written it';
  if (isChecked(folder)) return undefined;
  const state = ownerState(owner, ownOwner(owner.role));
  if (state === 'alive') return `process ${owner.pid} is running and writes it`;
  return state === 'dead' || hasExpired(folder) ? undefined : 'a process that cannot be seen from here may write it';
}

/** False when the folder has changed or gone meanwhile: then all is as it was. */
function replaceFolder(dir: string, folder: string, owner: Owner, migrating: Migrating): boolean {
  const fresh = path.join(workFolder(dir), path.basename(folder));
  const old = `${fresh}.old`;
  rmSync(fresh, { recursive: true, force: true });
  makeFolder(fresh);
  const before = sizesOf(folder);
  rewrite(folder, fresh, migrating);
  writeOwner(fresh, { ...owner, format: FORMAT });
  markChecked(fresh);
  syncFolder(fresh);
  try {
    renameSync(folder, old);
  } catch {
    rmSync(fresh, { recursive: true, force: true });
    return false;
  }
  const unchanged = sizesOf(old) === before;
  renameSync(unchanged ? fresh : old, folder);
  syncFolder(logFolder(dir));
  rmSync(unchanged ? old : fresh, { recursive: true, force: true });
  return unchanged;
}

/** Every event that has not arrived elsewhere, in order, migrated where that can be. Damaged bytes go to the quarantine. */
function rewrite(folder: string, fresh: string, migrating: Migrating): void {
  const writer = new LogWriter(fresh, { segmentBytes: SEGMENT_BYTES });
  let chunk: Entry[] = [];
  const flush = (): void => {
    if (chunk.length > 0) writer.append(chunk);
    writer.sealDue();
    chunk = [];
  };
  for (const record of readFolder(folder, { from: readCursor(folder), onProblem: quarantine, onGap: nameGap })) {
    const done = migrating.convert(decode(record));
    chunk.push({ ns: record.ns, doc: done === undefined ? record.doc : serialize(done.document) });
    if (chunk.length >= CHUNK) flush();
  }
  flush();
  writer.close();
}

/** Ends what an earlier run has begun: every folder is in its place afterwards. */
function endReplacements(dir: string): void {
  const work = workFolder(dir);
  if (!existsSync(work)) return;
  for (const name of readdirSync(work).filter((entry) => entry.endsWith('.old'))) {
    const folder = path.join(logFolder(dir), name.slice(0, -'.old'.length));
    const fresh = path.join(work, path.basename(folder));
    // the new one was complete before the old one was moved
    if (!existsSync(folder)) renameSync(existsSync(fresh) ? fresh : path.join(work, name), folder);
  }
  syncFolder(logFolder(dir));
  rmSync(work, { recursive: true, force: true });
}

/** Changes whenever somebody writes to the folder, or ships from it. */
const sizesOf = (folder: string): string =>
  segmentsOf(folder)
    .map((segment) => `${segment}:${statSync(segmentPath(folder, segment)).size}`)
    .join(' ');

/** Bytes that are no document stay as they are, as something that has no version we know. */
function decode({ doc }: LogRecord): StoredFields {
  try {
    return deserialize(doc);
  } catch (error) {
    return { v: `unreadable: ${error}` };
  }
}
