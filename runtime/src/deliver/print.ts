import { eventLine } from '../cli/event-line.ts';
import { decodeEvent } from '../event/document.ts';
import { toJson } from '../event/json.ts';
import { finishPipe } from './finish-pipe.ts';
import type { FrozenEvent } from './transport.ts';

/** Taken while modules load: fake timers in somebody's tests must not stop delivery. */
const nextTurn = setImmediate;

/** Where lines are written: what is used of `process.stdout`. */
export interface LineStream {
  readonly isTTY?: boolean | undefined;
  /** Bytes the stream has not handed over yet. */
  readonly writableLength?: number;
  write(text: string, written: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
}

/** An event on one line: for a person on a terminal, JSON otherwise. Throws when the bytes are no event. */
export function lineOf({ doc }: Pick<FrozenEvent, 'doc'>, isTerminal: boolean): string {
  const event = decodeEvent(doc);
  return isTerminal ? eventLine(event, { color: !process.env.NO_COLOR }) : JSON.stringify(toJson(event));
}

/** Writes to a stream, and keeps its errors from the application, where an `error` nobody listens to ends the process. */
export class Printer {
  readonly #stream: LineStream;
  #underway = 0;
  /** Not acknowledged, oldest first. */
  readonly #pending: Set<{ readonly text: string }> = new Set();

  constructor(stream: LineStream) {
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /** For the `exit` event: what the stream has not taken. Never throws. */
  finish(): void {
    finishPipe(
      this.#stream,
      [...this.#pending].map(({ text }) => text),
    );
  }

  /** Resolves when the stream has taken the text; rejects with its error. */
  print(text: string): Promise<void> {
    if (this.#underway++ === 0) this.#stream.on('error', ignore);
    const entry = { text };
    this.#pending.add(entry);
    return new Promise((resolve, reject) => {
      this.#stream.write(text, (error) => {
        this.#pending.delete(entry);
        // the event comes some ticks after this call
        nextTurn(() => {
          if (--this.#underway === 0) this.#stream.off('error', ignore);
        });
        if (error) reject(error);
        else resolve();
      });
      // taken at once; that comes a tick later, which a process that exits does not live to see
      if (this.#stream.writableLength === 0) this.#pending.delete(entry);
    });
  }
}

const ignore = (): void => undefined;
