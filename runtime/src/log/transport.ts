import { segmentBytes } from '../config/log-options.ts';
import { type Parsers, readOptions } from '../config/read-options.ts';
import { text } from '../config/values.ts';
import type { Acknowledgement, FrozenEvent, Transport } from '../deliver/transport.ts';
import { beginFolder } from './begin-folder.ts';
import { releaseLease } from './lease.ts';
import { ownOwner } from './owner.ts';
import type { Entry } from './record.ts';
import { markChecked } from './repair.ts';
import { AppendError, FolderGoneError, LogWriter, SyncError } from './writer.ts';

export interface LogTransportOptions {
  /** Folder of the log, such as one on a volume that several services share; made at the first event. */
  readonly dir: string;
  /** A segment of this size is sealed, bytes, 4 KiB to 1 GiB. Default 8 MiB. */
  readonly segmentBytes?: number;
}

/**
 * Appends events to a log in any folder; acknowledged once they are synced. `panoptic report --dir` reads it. It keeps what
 * it has: neither quota nor retention. It cannot tell a repetition of events that it has acknowledged.
 * @throws PanopticError that lists every option that is wrong
 */
export function logTransport(options: LogTransportOptions): Transport {
  return new LogTransport(readOptions('logTransport', options, PARSERS, ['dir']));
}

const PARSERS: Parsers<LogTransportOptions> = { dir: text, segmentBytes };

class LogTransport implements Transport {
  readonly version = 1;
  readonly name: string = 'log';
  readonly destination: string;
  readonly #segmentBytes: number;
  #writer: LogWriter | undefined;
  /** Events that are written and not acknowledged: the next attempt must not write them again. */
  readonly #written: Set<string> = new Set();

  constructor({ dir, segmentBytes = 8 * 2 ** 20 }: LogTransportOptions) {
    this.destination = dir;
    this.#segmentBytes = segmentBytes;
  }

  async send(events: readonly FrozenEvent[], signal: AbortSignal): Promise<Acknowledgement> {
    signal.throwIfAborted();
    if (events.length === 0) return {};
    const missing = events.filter(({ id }) => !this.#written.has(id));
    try {
      const writer = this.#open();
      writer.sealDue();
      writer.append(missing.map(toEntry));
      for (const { id } of missing) this.#written.add(id);
      writer.sync();
    } catch (error) {
      if (error instanceof AppendError) {
        for (const { id } of missing.slice(0, error.appended)) this.#written.add(id);
        if (error.cause instanceof FolderGoneError) this.#letGo();
        throw error.cause ?? error;
      }
      // the segment was cut back to what had been synced
      if (error instanceof SyncError) this.#written.clear();
      throw error;
    }
    this.#written.clear();
    return {};
  }

  async close(): Promise<void> {
    this.#letGo();
  }

  #open(): LogWriter {
    const dir = this.destination;
    this.#writer ??= new LogWriter(beginFolder(dir, { transport: 'log', destination: dir }, ownOwner('store')), {
      segmentBytes: this.#segmentBytes,
      durable: true,
    });
    return this.#writer;
  }

  #letGo(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    this.#written.clear();
    if (writer === undefined) return;
    releaseLease(writer.folder);
    try {
      writer.close();
      markChecked(writer.folder);
    } catch {
      // what was acknowledged is on disk
    }
  }
}

const toEntry = ({ database, collection, doc, shared }: FrozenEvent): Entry => ({
  ns: `${database}.${collection}`,
  doc,
  shared,
});
