import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { FrozenEvent } from '../deliver/transport.ts';
import { say } from '../diagnostics/say.ts';
import { type Destination, prepareFolder } from './destination.ts';
import { syncFolder } from './durable.ts';
import type { Position } from './folder-reader.ts';
import { logFolder } from './layout.ts';
import { type Owner, ownerFolderName, ownOwner, writeOwner } from './owner.ts';
import type { Entry } from './record.ts';
import { markChecked, repairLog } from './repair.ts';
import { WaitingRoom } from './waiting-room.ts';
import { AppendError, LogWriter } from './writer.ts';

export interface EventLogOptions {
  /** Folder of the log; made at the first event. Absent: events wait in memory only. */
  readonly dir: string | undefined;
  readonly role: Owner['role'];
  /** Noted in the folder for those who look for the events later. */
  readonly destination: Omit<Destination, 'since'>;
  /** A segment of this size is sealed. Default 8 MiB. */
  readonly segmentBytes?: number;
  /** Events wait in memory up to this size while the folder cannot be written. Default 16 MiB. */
  readonly maxMemoryBytes?: number;
  /** Time after which a folder that could not be written is tried again, ms. Default 1000. */
  readonly retryMs?: number;
  /** Told of every write to a folder, in order: who ships the events need not read them again. Must not throw. */
  readonly onWritten?: (folder: string, entries: readonly Entry[], after: Position) => void;
}

/** Entries a single write holds. */
const CHUNK = 512;

const later = setTimeout;
const nextTurn = setImmediate;

/** The log this process writes: a folder of its own, made at the first event, and memory while that cannot be written. */
export class EventLog {
  readonly #options: EventLogOptions;
  readonly waiting: WaitingRoom;
  /** The oldest waiting events that somebody is shipping from memory; they stay until that has ended. */
  held = 0;
  accepted = 0;
  /** Refused because memory was full. */
  refused = 0;
  writeFailures = 0;
  #writer: LogWriter | undefined;
  #retryAt = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.waiting = new WaitingRoom(options.maxMemoryBytes ?? 16 * 1024 * 1024);
  }

  /** The folder of this process; undefined until an event is in it. */
  get folder(): string | undefined {
    return this.#writer?.folder;
  }

  /** True when nothing more will be written to that segment of the own folder. */
  isSealed(segment: number): boolean {
    return this.#writer?.isSealed(segment) ?? true;
  }

  /** Writes the events, or keeps them in memory until they can be written. Never throws. */
  append(events: readonly FrozenEvent[], acknowledged?: () => void): void {
    this.accepted += events.length;
    this.waiting.push(
      events.map(({ database, collection, doc, shared }) => ({ ns: `${database}.${collection}`, doc, shared })),
    );
    if (performance.now() >= this.#retryAt) this.writeWaiting();
    const refused = this.waiting.shed(this.held);
    acknowledged?.();
    if (refused === 0) return;
    this.refused += refused;
    say('PAN6311', `${refused} events are lost: memory is full and no folder could take them.`);
  }

  /** Moves what waits in memory into the log, as far as that is possible now. Never throws. */
  writeWaiting(): void {
    if (this.#options.dir === undefined || this.held > 0) return;
    try {
      while (this.waiting.length > 0) {
        const chunk = this.waiting.oldest(CHUNK);
        this.#append(this.#open(this.#options.dir), chunk);
        this.waiting.remove(chunk.length);
      }
    } catch (error) {
      if (error instanceof AppendError) this.waiting.remove(error.appended);
      this.#failed(error, 'The events wait in memory until it can.');
    }
  }

  /** Puts everything on disk, as far as that is possible. Never throws. */
  sync(): void {
    this.writeWaiting();
    try {
      this.#writer?.sync();
    } catch (error) {
      this.#failed(error, 'The last events may not survive a power cut.');
    }
  }

  /**
   * Syncs and lets go of the folder. `isDone` tells, after that, whether everything in it has arrived elsewhere; then it goes.
   * The log stays usable: a later event begins another folder. Never throws.
   */
  close(isDone: () => boolean = () => false): void {
    this.held = 0;
    this.sync();
    clearTimeout(this.#retry);
    if (this.waiting.length > 0) {
      say('PAN6312', `${this.waiting.length} events are in memory only: they are lost if the process ends now.`);
    }
    const writer = this.#writer;
    try {
      const done = isDone();
      this.#writer = undefined;
      writer?.close();
      if (writer && done) rmSync(writer.folder, { recursive: true, force: true });
      else if (writer) markChecked(writer.folder);
    } catch (error) {
      this.#failed(error, 'It is looked through at the next start.');
    }
  }

  #append(writer: LogWriter, entries: readonly Entry[]): void {
    let appended = entries.length;
    try {
      writer.append(entries);
    } catch (error) {
      appended = error instanceof AppendError ? error.appended : 0;
      throw error;
    } finally {
      if (appended > 0) this.#options.onWritten?.(writer.folder, entries.slice(0, appended), writer.position);
    }
  }

  #open(dir: string): LogWriter {
    if (this.#writer) return this.#writer;
    const { role, destination, segmentBytes = 8 * 1024 * 1024 } = this.#options;
    prepareFolder(dir, destination);
    const owner = ownOwner(role);
    const folder = path.join(logFolder(dir), ownerFolderName(owner));
    mkdirSync(folder, { recursive: true });
    writeOwner(folder, owner);
    syncFolder(logFolder(dir));
    this.#writer = new LogWriter(folder, { segmentBytes });
    repairSlowly(repairLog(dir, owner));
    return this.#writer;
  }

  #failed(error: unknown, consequence: string): void {
    const { dir, retryMs = 1000 } = this.#options;
    const { message, code } = (error instanceof AppendError ? error.cause : error) as NodeJS.ErrnoException;
    this.writeFailures++;
    this.#retryAt = performance.now() + retryMs;
    if (code === 'ENOENT') this.#writer = undefined;
    say('PAN6310', `${dir} cannot be written: ${message}. ${consequence}`, code ?? message);
    clearTimeout(this.#retry);
    this.#retry = later(() => this.writeWaiting(), retryMs);
    this.#retry.unref();
  }
}

/** A folder a turn, so that a long history does not hold the application up. */
function repairSlowly(repairs: Generator<string>): void {
  nextTurn(() => {
    if (!repairs.next().done) repairSlowly(repairs);
  }).unref();
}
