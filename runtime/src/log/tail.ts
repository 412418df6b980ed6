import type { Position } from './folder-reader.ts';
import type { Shipment } from './in-flight.ts';
import type { Entry } from './record.ts';

interface Chunk {
  readonly entries: readonly Entry[];
  readonly from: Position;
  readonly after: Position;
  readonly bytes: number;
}

/**
 * Enough for a destination that keeps up; one that does not is served from the disk. With their objects so many events are a
 * small part of V8's new space: where most of it survived, V8 would make all later events in the old one.
 */
const MAX_BYTES = 2 * 1024 * 1024;

/**
 * The newest events of a folder that is being written, kept so that they need not be read back. Bounded. Who reads and falls
 * behind finds none of them, until it is near the end again: to keep the newest for a reader who is far from them, and who
 * gets them from the disk anyway, would only make them old, and the collector's threads take the processor from the application.
 */
export class Tail {
  readonly #maxBytes: number;
  #chunks: Chunk[] = [];
  #bytes = 0;
  #end: Position;
  #isLeftBehind = false;

  /** @param start where the first chunk will lie */
  constructor(start: Position, maxBytes: number = MAX_BYTES) {
    this.#end = start;
    this.#maxBytes = maxBytes;
  }

  /** Where the first event lies that is still here; the end when none is. */
  get start(): Position {
    return this.#chunks[0]?.from ?? this.#end;
  }

  /** Behind everything that was written. */
  get end(): Position {
    return this.#end;
  }

  /** Entries that were written one after the other, behind all before. */
  push(entries: readonly Entry[], after: Position): void {
    const from = this.#end;
    this.#end = after;
    if (this.#isLeftBehind) return;
    const bytes = entries.reduce((sum, { doc }) => sum + doc.length, 0);
    this.#chunks.push({ entries, from, after, bytes });
    this.#bytes += bytes;
    if (this.#bytes <= this.#maxBytes) return;
    this.#isLeftBehind = true;
    this.#chunks = [];
    this.#bytes = 0;
  }

  /**
   * The events that lie from exactly that place on, up to the end of the write they came with; undefined when they have
   * to be read. Only the last of them knows the place behind it.
   */
  take(from: Position): readonly Shipment[] | undefined {
    if (this.#isLeftBehind) this.#isLeftBehind = !this.#isNear(from);
    while (this.#chunks[0] && !isBefore(from, this.#chunks[0].after)) this.#dropOldest();
    const [chunk] = this.#chunks;
    if (chunk === undefined || isBefore(from, chunk.from) || isBefore(chunk.from, from)) return undefined;
    this.#dropOldest();
    const last = chunk.entries.length - 1;
    return chunk.entries.map((entry, index) => ({ entry, after: index === last ? chunk.after : undefined }));
  }

  /** On disk events take up less than here, but what is written until the reader is at the end counts as well. */
  #isNear({ segment, offset }: Position): boolean {
    return segment === this.#end.segment && this.#end.offset - offset <= this.#maxBytes / 8;
  }

  #dropOldest(): void {
    this.#bytes -= this.#chunks.shift()?.bytes ?? 0;
  }
}

export const isBefore = (a: Position, b: Position): boolean =>
  a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);
