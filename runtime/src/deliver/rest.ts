import { closeTransport } from './close-transport.ts';
import type { Transport } from './transport.ts';

const later = setTimeout;
const cancel = clearTimeout;

/** Time after which what has arrived is noted, ms: not at once, because noting it waits for the disk. */
const NOTE_MS = 1000;

/** What is done once nothing is under way. */
export class Rest {
  readonly #noteCursors: () => void;
  readonly #transport: Transport;
  readonly #idleMs: number;
  #note: NodeJS.Timeout | undefined;
  #close: NodeJS.Timeout | undefined;

  constructor(noteCursors: () => void, transport: Transport, idleMs: number) {
    this.#noteCursors = noteCursors;
    this.#transport = transport;
    this.#idleMs = idleMs;
  }

  begin(): void {
    this.end();
    this.#note = later(this.#noteCursors, NOTE_MS).unref();
    this.#close = later(() => void closeTransport(this.#transport), this.#idleMs).unref();
  }

  end(): void {
    cancel(this.#note);
    cancel(this.#close);
  }
}
