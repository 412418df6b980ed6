import { existsSync } from 'node:fs';
import type { Acknowledge, OutletLogStats } from '../deliver/outlet.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { say } from '../diagnostics/say.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { releaseAdopted } from './adopt.ts';
import { beginFolder } from './begin-folder.ts';
import { removeFolder } from './durable.ts';
import { type EventLogOptions, type ResolvedEventLogOptions, resolveEventLogOptions } from './event-log-options.ts';
import type { Position } from './folder-reader.ts';
import { releaseLease } from './lease.ts';
import { ownOwner } from './owner.ts';
import type { Entry } from './record.ts';
import { markChecked, repairInTurns } from './repair.ts';
import { Unsynced } from './unsynced.ts';
import { Upkeep } from './upkeep.ts';
import { type WaitingEntry, WaitingRoom } from './waiting-room.ts';
import { AppendError, FolderGoneError, LogWriter, SyncError } from './writer.ts';

export type { EventLogOptions } from './event-log-options.ts';

/** What a single write holds at most. */
const CHUNK_EVENTS = 512;
const CHUNK_BYTES = 1024 * 1024;

/** So much waits for a sync in the background at most: beyond it, an append waits for the disk. */
const MOST_UNSYNCED_BYTES = 8 * 1024 * 1024;

/** Longest time between two looks at the age of what is in the folder, ms. */
const LOOK_MS = 30_000;

const NOT_DURABLE = 'The last events may not survive a power cut.';
const NOT_WRITTEN = 'The events wait in memory until it can.';

const later = setTimeout;
const repeat = setInterval;
const cancel = clearTimeout;

/** The log this process writes: a folder of its own, made at the first event, and memory while that cannot be written. */
export class EventLog {
  readonly #options: ResolvedEventLogOptions;
  readonly #acknowledgements: Acknowledgements = new Acknowledgements();
  readonly waiting: WaitingRoom;
  readonly #unsynced: Unsynced = new Unsynced(this.#acknowledgements);
  readonly #upkeep: Upkeep | undefined;
  /** The oldest waiting events that somebody is shipping from memory; they stay until that has ended. */
  held = 0;
  accepted = 0;
  /** Refused because memory or the folder was full. */
  refused = 0;
  writeFailures = 0;
  #writer: LogWriter | undefined;
  #retryAt = 0;
  #retry: NodeJS.Timeout | undefined;
  /** What to close again, once what waits in memory could be written. */
  #closed: (() => void) | undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(options: EventLogOptions) {
    this.#options = resolveEventLogOptions(options);
    const { dir, role, maxBytes, maxAgeMs, segmentBytes: shareBytes, maxMemoryBytes } = this.#options;
    this.waiting = new WaitingRoom(maxMemoryBytes, this.#acknowledgements);
    if (dir !== undefined) this.#upkeep = new Upkeep({ dir, role, maxBytes, maxAgeMs, shareBytes });
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
   * @param acknowledged called in the order of the appends, when each of them is in the log at the level asked for, was shipped from
   *   memory, or is lost
   */
  append(events: readonly FrozenEvent[], acknowledged?: Acknowledge): void {
    const { length } = events;
    this.accepted += length;
    this.#closed = undefined;
    const ticket = this.#acknowledgements.begin(length, acknowledged);
    const bytes = events.reduce((sum, { doc }) => sum + doc.length, 0);
    if (this.#upkeep?.refuses(length, bytes, this.#writer, () => this.#try(() => this.#writer?.seal()))) {
      this.refused += length;
      ticket.left = 0;
      ticket.lost.push(...events.map(({ id }) => id));
    } else {
      this.waiting.push(events, ticket);
      if (performance.now() >= this.#retryAt) this.writeWaiting();
    }
    const refused = this.waiting.shed(this.held);
    this.#acknowledgements.settle();
    if (refused === 0) return;
    this.refused += refused;
    say('PAN6311', `${refused} events are lost: memory is full and no folder could take them.`);
  }

  /** An event that waits in memory will never arrive, and be nowhere: it is not to be called safe. */
  giveUp(entry: Entry): void {
    this.#acknowledgements.giveUp(entry);
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
        if (error instanceof AppendError && error.cause instanceof FolderGoneError && gone++ === 0) this.#leave(error);
        else {
          this.#failed(error, NOT_WRITTEN);
          break;
        }
      }
    }
    this.#acknowledgements.settle();
    this.#syncSoon();
  }

  /** Puts everything on disk, as far as that is possible. Never throws. */
  sync(): void {
    this.writeWaiting();
    this.#try(() => this.#sync(), NOT_DURABLE);
  }

  /**
   * Syncs and lets go of the folder. `isDone` tells, after that, whether everything in it has arrived elsewhere; then it goes.
   * What could not be written goes on being tried for as long as the process lives. The log stays usable: a later event
   * begins another folder. Never throws.
   */
  close(isDone: () => boolean = () => false): void {
    const { dir, role } = this.#options;
    this.held = 0;
    this.#closed = undefined;
    this.sync();
    cancel(this.#looking);
    if (this.waiting.length === 0) cancel(this.#retry);
    else {
      this.#closed = () => this.close(isDone);
      say('PAN6312', `${this.waiting.length} events are in memory only: they are lost if the process ends now.`);
    }
    const writer = this.#writer;
    this.#try(() => {
      const done = isDone();
      this.#writer = undefined;
      if (writer) releaseLease(writer.folder);
      if (dir !== undefined && role === 'spool') releaseAdopted(dir);
      writer?.close();
      if (writer && done) removeFolder(writer.folder);
      else if (writer && existsSync(writer.folder)) markChecked(writer.folder);
    }, 'It is looked through at the next start.');
  }

  #write(writer: LogWriter, entries: readonly WaitingEntry[]): void {
    const before = writer.position;
    let appended = entries.length;
    try {
      writer.append(entries);
    } catch (error) {
      appended = error instanceof AppendError ? error.appended : 0;
      throw error;
    } finally {
      if (appended > 0) this.#written(writer, before, appended);
    }
  }

  #written(writer: LogWriter, before: Position, appended: number): void {
    const { acknowledgement, onWritten } = this.#options;
    const { position, folder } = writer;
    this.#upkeep?.written(position.offset - (position.segment === before.segment ? before.offset : 0), writer);
    const written = this.waiting.take(appended);
    if (acknowledgement === 'disk') this.#unsynced.add(written);
    else this.#acknowledgements.safe(written);
    onWritten?.(folder, written, position);
  }

  #open(dir: string): LogWriter {
    if (this.#writer) return this.#writer;
    const { role, destination, acknowledgement, disk, segmentBytes, segmentMs } = this.#options;
    const owner = ownOwner(role);
    const folder = beginFolder(dir, destination, owner);
    repairInTurns(dir, owner);
    this.#writer = new LogWriter(folder, {
      segmentBytes,
      segmentMs,
      durable: acknowledgement === 'disk',
      onSyncError: (error) => this.#failed(error, NOT_DURABLE),
      onSealed: ({ number, events }) => this.#upkeep?.noteSealed(folder, number, events),
      ...(disk ? { disk } : {}),
    });
    cancel(this.#looking);
    this.#looking = repeat(() => this.#look(), Math.min(LOOK_MS, segmentMs)).unref();
    return this.#writer;
  }

  /** Somebody has taken the folder over, or removed it. What is in it and not acknowledged is written again. */
  #leave(error: AppendError): void {
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

  #sync(): void {
    this.#writer?.sync();
    this.#unsynced.synced();
  }

  /** One sync in the background for all appends that came meanwhile. */
  #syncSoon(): void {
    if (this.#unsynced.bytes > MOST_UNSYNCED_BYTES) this.#try(() => this.#sync());
    this.#unsynced.syncWith(this.#writer, (error) => {
      // they may all have been taken for safe, by a sync that came later and succeeded
      if (error) this.#failed(error, this.#unsynced.length > 0 ? NOT_WRITTEN : NOT_DURABLE);
      this.#syncSoon();
    });
  }

  #try(work: () => void, consequence: string = NOT_WRITTEN): void {
    try {
      work();
    } catch (error) {
      this.#failed(error, consequence);
    }
  }

  #failed(error: unknown, consequence: string): void {
    const { dir, retryMs } = this.#options;
    const cause = error instanceof AppendError || error instanceof SyncError ? error.cause : error;
    const { message, code = message } = cause as NodeJS.ErrnoException;
    this.writeFailures++;
    this.#retryAt = performance.now() + retryMs;
    // never synced again on that descriptor: written again, to another segment
    if (error instanceof SyncError) this.waiting.putBack(this.#unsynced.takeBack(), this.held);
    say('PAN6310', `${dir} cannot be written: ${message.replace(/\.$/, '')}. ${consequence}`, code);
    cancel(this.#retry);
    this.#retry = later(() => {
      this.writeWaiting();
      if (this.waiting.length === 0) this.#closed?.();
    }, retryMs);
    this.#retry.unref();
  }
}
