import { readFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder, writeFileSynced } from './durable.ts';

/** Where the events of a folder's last process went, so that a report can say it. Holds no secret. */
export interface Destination {
  /** Name of the transport. */
  readonly transport: string;
  /** For a person: the folder, or the connection string without credentials. */
  readonly destination: string;
  /** Root of the project whose events these are. */
  readonly projectRoot?: string | undefined;
  /** ISO date. */
  readonly since: string;
}

/** Makes the folder, keeps it out of git and notes the destination in it. Throws the system's error. */
export function prepareFolder(dir: string, destination: Omit<Destination, 'since'>): void {
  makeFolder(dir);
  const ignore = path.join(dir, '.gitignore');
  if (readText(ignore) === undefined) writeFileSynced(ignore, '*\n');
  const known = readDestination(dir);
  if (known?.transport === destination.transport && known.destination === destination.destination) return;
  const note: Destination = { ...destination, since: new Date().toISOString() };
  writeFileSynced(path.join(dir, 'destination'), `${JSON.stringify(note)}\n`);
}

/** What `prepareFolder` noted; undefined when the folder has never been used or the note is unreadable. */
export function readDestination(dir: string): Destination | undefined {
  try {
    return JSON.parse(readText(path.join(dir, 'destination')) ?? '') as Destination;
  } catch {
    return undefined;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
