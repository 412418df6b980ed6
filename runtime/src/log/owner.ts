import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { runtimeState } from '../instrument/state.ts';
import { writeFileSynced } from './durable.ts';
import { FORMAT } from './record.ts';

/** Who writes a folder of the log: enough to prove, on the same host, that the writer is gone. */
export interface Owner {
  /** Version of the record format in this folder. */
  readonly format: number;
  /** `store`: events stay here. `spool`: they wait here for MongoDB, and whoever ships may take them over. */
  readonly role: 'store' | 'spool';
  readonly host: string;
  /** Changes with every boot; empty where the system has none. */
  readonly bootId: string;
  /** Containers share volumes and host names but not process ids; empty where there are no namespaces. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** Ticks since boot on Linux: the same pid with another start is another process. Empty elsewhere. */
  readonly started: string;
  readonly thread: number;
}

/** The running thread as an owner. */
export function ownOwner(role: Owner['role']): Owner {
  return {
    format: FORMAT,
    role,
    host: hostname(),
    bootId: read('/proc/sys/kernel/random/boot_id').trim(),
    pidNamespace: pidNamespace(),
    pid: process.pid,
    started: startOf(process.pid),
    thread: threadId,
  };
}

/** A folder name that sorts by time and that nobody else takes. */
export function ownerFolderName(owner: Owner): string {
  const time = new Date().toISOString().replace(/[-:.]/g, '');
  const host = owner.host.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 32);
  return `${time}-${host}-${owner.pid}-${randomBytes(4).toString('hex')}`;
}

export function writeOwner(folder: string, owner: Owner): void {
  writeFileSynced(path.join(folder, 'owner'), `${JSON.stringify(owner)}\n`);
}

/** The owner a folder names; undefined when the file is missing, unreadable or damaged. */
export function readOwner(folder: string): Owner | undefined {
  try {
    const owner = JSON.parse(read(path.join(folder, 'owner'))) as Owner | null;
    return typeof owner?.role === 'string' ? owner : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the writer of a folder still runs. `unknown` where this process cannot see: another host, another
 * pid namespace, a folder whose owner file is not written yet. Only `dead` is proof.
 */
export function ownerState(owner: Owner | undefined, self: Owner): 'alive' | 'dead' | 'unknown' {
  if (!owner || owner.host !== self.host) return 'unknown';
  if (owner.bootId !== self.bootId) return owner.bootId && self.bootId ? 'dead' : 'unknown';
  if (owner.pidNamespace !== self.pidNamespace) return 'unknown';
  if (isSameProcess(owner, self)) return deadThreads().has(owner.thread) ? 'dead' : 'alive';
  if (!isRunning(owner.pid)) return 'dead';
  const started = startOf(owner.pid);
  return owner.started && started && owner.started !== started ? 'dead' : 'alive';
}

/** Threads of this process that have ended while it goes on, as who started them has seen. Node never gives a number twice. */
export function deadThreads(): Set<number> {
  const { extensions } = runtimeState();
  return (extensions.deadThreads ??= new Set<number>()) as Set<number>;
}

export const isSameProcess = (owner: Owner, self: Owner): boolean =>
  owner.host === self.host &&
  owner.bootId === self.bootId &&
  owner.pidNamespace === self.pidNamespace &&
  owner.pid === self.pid &&
  owner.started === self.started;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Field 22 of `/proc/<pid>/stat`; the name in field 2 may hold spaces and brackets, so count from its end. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
