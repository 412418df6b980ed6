import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { AcknowledgementLevel } from '../config/options.ts';
import type { OutletLogStats } from '../deliver/outlet.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { say } from '../diagnostics/say.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { releaseAdopted } from './adopt.ts';
import { type Destination, prepareFolder } from './destination.ts';
import { syncFolder } from './durable.ts';
import type { Position } from './folder-reader.ts';
import { logFolder } from './layout.ts';
import { holdLease, releaseLease } from './lease.ts';
import { type Owner, ownerFolderName, ownOwner, writeOwner } from './owner.ts';
import type { Entry } from './record.ts';
import { markChecked, repairLog } from './repair.ts';
import type { Disk } from './segment-file.ts';
import { Unsynced } from './unsynced.ts';
import { Upkeep } from './upkeep.ts';
import { type WaitingEntry, WaitingRoom } from './waiting-room.ts';
import { AppendError, FolderGoneError, LogWriter, SyncError } from './writer.ts';

export interface EventLogOptions {
  /** Folder of the log; made at the first event. Absent: events wait in memory only. */
  readonly dir: string | undefined;
  readonly role: Owner['role'];
  /** Noted in the folder for those who look for the events later. */
  readonly destination: Omit<Destination, 'since'>;
  /** When events count as safe. Default `process`. */
  readonly acknowledgement?: AcknowledgementLevel;
  /** Largest size of `dir`, bytes. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Age after which a store drops segments, ms; 0 keeps them. Default 0. */
  readonly maxAgeMs?: number;
  /** A segment of this size is sealed; at most an eighth of `maxBytes`. Default 8 MiB. */
  readonly segmentBytes?: number;
  /** A segment of this age is sealed, ms; at most `maxAgeMs`. Default an hour. */
  readonly segmentMs?: number;
  /** Events wait in memory up to this size while the folder cannot be written. Default 16 MiB. */
  readonly maxMemoryBytes?: number;
  /** Time after which a folder that could not be written is tried again, ms. Default 1000. */
  readonly retryMs?: number;
  /** Told of every write to a folder, in order: who ships the events need not read them again. Must not throw. */
  readonly onWritten?: (folder: string, entries: readonly Entry[], after: Position) => void;
  /** For tests: the system calls that may fail. */
  readonly disk?: Disk;
}

/** What a single write holds at most. */
const CHUNK_EVENTS = 512;
const CHUNK_BYTES = 1024 * 1024;

/** So much is acknowledged late at most: beyond it, an append waits for the disk. */
const MOST_UNSYNCED_BYTES = 8 * 1024 * 1024;

/** Longest time between two looks at the age of what is in the folder, ms. */
const LOOK_MS = 30_000;

const later = setTimeout;
const repeat = setInterval;
const nextTurn = setImmediate;

/** The log this process writes: a folder of its own, made at the first event, and memory while that cannot be written. */
export class EventLog {
  readonly #options: EventLogOptions;
  readonly #segmentBytes: number;
  readonly #segmentMs: number;
  readonly #acknowledgements: Acknowledgements = new Acknowledgements();
  readonly waiting: WaitingRoom;
  readonly #unsynced: Unsynced;
  readonly #upkeep: Upkeep | undefined;
  /** The oldest waiting events that somebody is shipping from memory; they stay until that has ended. */
  held = 0;
  accepted = 0;
  /** Refused because memory or the quota was full. */
  refused = 0;
  writeFailures = 0;
  #writer: LogWriter | undefined;
  #retryAt = 0;
  #retry: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(options: EventLogOptions) {
    const { dir, maxBytes = 2 ** 30, maxAgeMs = 0, segmentBytes = 8 * 2 ** 20, segmentMs = 3_600_000 } = options;
    this.#options = options;
    this.#segmentBytes = Math.min(segmentBytes, maxBytes / 8);
    this.#segmentMs = maxAgeMs > 0 ? Math.min(segmentMs, maxAgeMs) : segmentMs;
    this.waiting = new WaitingRoom(options.maxMemoryBytes ?? 16 * 2 ** 20, this.#acknowledgements);
    this.#unsynced = new Unsynced(this.#acknowledgements);
    const { role } = options;
    const bounds = { role, maxBytes, maxAgeMs, shareBytes: this.#segmentBytes };
    this.#upkeep = dir === undefined ? undefined : new Upkeep({ dir, ...bounds });
  }

  /** The folder of this process; undefined until an event is in it. */
  get folder(): string | undefined {
    return this.#writer?.folder;
  }

  /** Behind the last event in that folder. */
  get position(): Position | undefined {
    return this.#writer?.position;
  }

  /** Events that are not safe yet at the level asked for. */
  get pending(): number {
    return this.waiting.length + this.#unsynced.length;
  }

  /** True when nothing more will be written to that segment of the own folder. */
  isSealed(segment: number): boolean {
    return this.#writer?.isSealed(segment) ?? true;
  }

  /** What lies on disk and what its bounds have cost; undefined without a folder. */
  stats(): OutletLogStats | undefined {
    return this.#upkeep?.stats(this.folder);
  }

  /**
   * Writes the events, or keeps them in memory until they can be written. Never throws.
   * @param acknowledged called once, in the order of the appends, when all of them are in the log at the level asked for,
   *   shipped from memory, or counted as refused
   */
  append(events: readonly FrozenEvent[], acknowledged?: () => void): void {
    this.accepted += events.length;
    const ticket = this.#acknowledgements.begin(events.length, acknowledged);
    if (this.#refuses(events)) {
      this.refused += events.length;
      ticket.left = 0;
    } else {
      let [place, database, collection]: (string | undefined)[] = [];
      for (const event of events) {
        if (event.database !== database || event.collection !== collection) {
          ({ database, collection } = event);
          place = `${database}.${collection}`;
        }
        this.waiting.push({ ns: place ?? '', doc: event.doc, shared: event.shared, ticket });
      }
      if (performance.now() >= this.#retryAt) this.writeWaiting();
    }
    const refused = this.waiting.shed(this.held);
    this.#acknowledgements.settle();
    if (refused === 0) return;
    this.refused += refused;
    say('PAN6311', `${refused} events are lost: memory is full and no folder could take them.`);
  }

  /** Moves what waits in memory into the log, as far as that is possible now. Never throws. */
  writeWaiting(): void {
    const { dir } = this.#options;
    if (dir === undefined || this.held > 0) return;
    for (let gone = 0; this.waiting.length > 0; ) {
      try {
        this.#writer?.sealDue();
        this.#write(this.#open(dir), this.waiting.oldest(CHUNK_EVENTS, CHUNK_BYTES));
        this.#writer?.sealDue();
      } catch (error) {
        if (error instanceof AppendError && error.cause instanceof FolderGoneError && gone++ === 0) this.#begin(error);
        else {
          this.#failed(error, 'The events wait in memory until it can.');
          return;
        }
      }
    }
    this.#syncSoon();
  }

  /** Puts everything on disk, as far as that is possible. Never throws. */
  sync(): void {
    this.writeWaiting();
    try {
      this.#writer?.sync();
      this.#unsynced.synced();
    } catch (error) {
      this.#failed(error, 'The last events may not survive a power cut.');
    }
  }

  /**
   * Syncs and lets go of the folder. `isDone` tells, after that, whether everything in it has arrived elsewhere; then it goes.
   * The log stays usable: a later event begins another folder. Never throws.
   */
  close(isDone: () => boolean = () => false): void {
    const { dir, role } = this.#options;
    this.held = 0;
    this.sync();
    clearTimeout(this.#retry);
    clearInterval(this.#looking);
    if (this.waiting.length > 0) {
      say('PAN6312', `${this.waiting.length} events are in memory only: they are lost if the process ends now.`);
    }
    const writer = this.#writer;
    try {
      const done = isDone();
      this.#writer = undefined;
      if (writer) releaseLease(writer.folder);
      if (dir !== undefined && role === 'spool') releaseAdopted(dir);
      writer?.close();
      if (writer && done) rmSync(writer.folder, { recursive: true, force: true });
      else if (writer) markChecked(writer.folder);
    } catch (error) {
      this.#failed(error, 'It is looked through at the next start.');
    }
  }

  #write(writer: LogWriter, entries: readonly WaitingEntry[]): void {
    let appended = entries.length;
    const before = writer.position.offset;
    try {
      writer.append(entries);
    } catch (error) {
      appended = error instanceof AppendError ? error.appended : 0;
      throw error;
    } finally {
      if (appended > 0) {
        this.#upkeep?.written(writer.position.offset - before, writer);
        this.#options.onWritten?.(writer.folder, entries.slice(0, appended), writer.position);
        const written = this.waiting.take(appended);
        if (this.#options.acknowledgement === 'disk') this.#unsynced.add(written);
        else this.#acknowledgements.safe(written);
      }
    }
  }

  #open(dir: string): LogWriter {
    if (this.#writer) return this.#writer;
    const { role, destination, acknowledgement, disk } = this.#options;
    prepareFolder(dir, destination);
    const owner = ownOwner(role);
    const folder = path.join(logFolder(dir), ownerFolderName(owner));
    mkdirSync(folder, { recursive: true });
    writeOwner(folder, owner);
    holdLease(folder);
    syncFolder(logFolder(dir));
    this.#writer = new LogWriter(folder, {
      segmentBytes: this.#segmentBytes,
      segmentMs: this.#segmentMs,
      durable: acknowledgement === 'disk',
      onSyncError: (error) => this.#failed(error, 'The last events may not survive a power cut.'),
      onSealed: ({ number, events }) => this.#upkeep?.noteSealed(folder, number, events),
      ...(disk ? { disk } : {}),
    });
    repairSlowly(repairLog(dir, owner));
    clearInterval(this.#looking);
    this.#looking = repeat(() => this.#look(), Math.min(LOOK_MS, this.#segmentMs)).unref();
    return this.#writer;
  }

  /** Another process has taken the folder over, or somebody has removed it. What is in it and not acknowledged is written again. */
  #begin(error: AppendError): void {
    if (this.#writer) releaseLease(this.#writer.folder);
    this.#writer = undefined;
    this.waiting.putBack(this.#unsynced.takeBack(), this.held);
    say('PAN6316', `${error.message}: it was removed, or taken over while this process stood still. Another is begun.`);
  }

  /** What is to be done by age, also while no events come. */
  #look(): void {
    this.#try(() => this.#writer?.sealDue());
    this.#upkeep?.dropOld(this.#writer);
  }

  #refuses(events: readonly FrozenEvent[]): boolean {
    if (this.#upkeep === undefined) return false;
    const bytes = events.reduce((sum, { doc }) => sum + doc.length, 0);
    return this.#upkeep.refuses(events.length, bytes, this.#writer, () => this.#try(() => this.#writer?.seal()));
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error, 'The events wait in memory until it can.');
    }
  }

  /** One sync in the background for all appends that came meanwhile. */
  #syncSoon(): void {
    if (this.#unsynced.bytes > MOST_UNSYNCED_BYTES) {
      this.#try(() => {
        this.#writer?.sync();
        this.#unsynced.synced();
      });
    }
    this.#unsynced.syncWith(this.#writer, (error) => {
      if (error) this.#failed(error, 'The events wait in memory until it can.');
      this.#syncSoon();
    });
  }

  #failed(error: unknown, consequence: string): void {
    const { dir, retryMs = 1000 } = this.#options;
    const { message, code } = (
      error instanceof AppendError || error instanceof SyncError ? error.cause : error
    ) as NodeJS.ErrnoException;
    this.writeFailures++;
    this.#retryAt = performance.now() + retryMs;
    // never synced again on that descriptor: written again, to another segment
    if (error instanceof SyncError) this.waiting.putBack(this.#unsynced.takeBack(), this.held);
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
