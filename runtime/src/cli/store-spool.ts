import { createHash } from 'node:crypto';
import { readCursor, writeCursor } from '../log/cursor.ts';
import { type FolderReadOptions, type LogRecord, readFolder } from '../log/folder-reader.ts';
import { InFlight, type Limit, type Portion } from '../log/in-flight.ts';
import type { Spool } from '../log/spool.ts';

export interface StoreSpoolOptions extends Damage {
  /** For a person, without secrets; each destination has a cursor of its own. */
  readonly destination: string;
  /** Somebody may still write to the folder. */
  readonly live: boolean;
}

/** Told of what is damaged in a log. */
export type Damage = Required<Pick<FolderReadOptions, 'onProblem' | 'onGap'>>;

/**
 * The folder of a store as something to ship. Its segments stay, so that how far it was shipped to a destination is noted
 * beside them, in a file of this command's own: `cursor` would hide the events from reports.
 */
export class StoreSpool implements Spool {
  readonly #folder: string;
  readonly #name: string;
  readonly #inFlight: InFlight = new InFlight();
  readonly #records: Generator<LogRecord, void>;

  constructor(folder: string, { destination, ...options }: StoreSpoolOptions) {
    this.#folder = folder;
    this.#name = shippedName(destination);
    this.#records = readFolder(folder, { ...options, from: readCursor(folder, this.#name) });
  }

  take(limit: Limit): Portion {
    while (this.#inFlight.wants(limit)) {
      const next = this.#records.next();
      if (next.done) break;
      const { after, ...entry } = next.value;
      this.#inFlight.add({ entry, after });
    }
    return this.#inFlight.take(limit);
  }

  /** @throws the system's error */
  settle(portion: Portion, arrived: boolean): void {
    const after = this.#inFlight.settle(portion, arrived).findLast((place) => place !== undefined);
    if (after) writeCursor(this.#folder, after, this.#name);
  }
}

/** Name of the file, beside a store's segments, that says how far they were shipped to a destination. */
export const shippedName = (destination: string): string =>
  `shipped-${createHash('sha256').update(destination).digest('hex').slice(0, 12)}`;
