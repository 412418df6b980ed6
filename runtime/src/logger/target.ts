import { messageText } from '../diagnostics/error-text.ts';
import { heed } from '../diagnostics/heed.ts';
import { say } from '../diagnostics/say.ts';
import { type LastLine, METADATA } from './last-line.ts';

/** A stream to which lines go, as far as anything is known of it. */
export interface LineStreamLike {
  readonly [METADATA]?: true;
  write(line: string): unknown;
  flush?(done: (error?: Error) => void): void;
  flushSync?(): void;
  end?(): void;
  emit?(event: string, message: unknown): unknown;
  on?(event: string, listener: (error: Error) => void): unknown;
  once?(event: string, listener: () => void): unknown;
  readonly destroyed?: boolean;
  readonly writableLength?: number;
  /** Of a stream of pino whose lines are written by a thread. */
  readonly worker?: { unref?(): void };
}

/** What may wait in memory for a destination that takes no more, characters; lines beyond that are lost, counted and said. */
export const MAX_WAITING: number = 16 * 1024 * 1024;

/** Taken while modules load: fake timers in somebody's tests must not hold up a flush. */
const alarm = setTimeout;
const cancel = clearTimeout;

/** Stands before a destination of lines: whatever becomes of that, the application goes on. Nothing here throws. */
export class Target {
  readonly stream: LineStreamLike;
  /** Written to a thread since its buffer was full, of which nobody tells how much is in it. */
  #behind = 0;

  constructor(stream: LineStreamLike) {
    this.stream = stream;
    listen(stream);
    if (stream.worker !== undefined) {
      stream.on?.('drain', () => {
        this.#behind = 0;
      });
    }
  }

  /** @param from what pino said of the line */
  write(line: string, from: LastLine): void {
    const { stream } = this;
    if (stream.destroyed) lost('their destination has ended');
    else if ((stream.writableLength ?? this.#behind) > MAX_WAITING) lost('their destination takes no more');
    else {
      try {
        if (stream[METADATA]) tell(stream, from);
        const written: unknown = stream.write(line);
        heed(written, failed);
        const isFull = written === false;
        if (stream.worker !== undefined) this.#behind = isFull ? this.#behind + line.length : 0;
      } catch (error) {
        failed(error);
      }
    }
  }

  /** True when everything written so far has been taken; false after `timeoutMs`, or when it is lost. */
  async flush(timeoutMs: number): Promise<boolean> {
    const { stream } = this;
    if (stream.destroyed) return false;
    if (stream.flush === undefined) return true;
    return new Promise((resolve) => {
      const late = alarm(() => {
        // a thread of pino that is asked to flush keeps the process alive until it has
        stream.worker?.unref?.();
        resolve(false);
      }, timeoutMs);
      try {
        stream.flush?.((error) => {
          cancel(late);
          resolve(error === undefined || error === null);
        });
      } catch (error) {
        cancel(late);
        failed(error);
        resolve(false);
      }
    });
  }

  /** For a line after which a process may end. */
  flushSync(): void {
    try {
      this.stream.flushSync?.();
    } catch (error) {
      failed(error);
    }
  }
}

function tell(stream: LineStreamLike, { lastLevel, lastObj, lastMsg, lastTime, lastLogger }: LastLine): void {
  Object.assign(stream, { lastLevel, lastObj, lastMsg, lastTime, lastLogger });
}

const heard: WeakSet<object> = new WeakSet();

/** Without a listener, an error of a stream ends the application. */
export function listen(stream: LineStreamLike): void {
  if (heard.has(stream)) return;
  heard.add(stream);
  stream.on?.('error', failed);
  // of a file or stdout, with a bound of its own
  stream.on?.('drop', () => lost('their destination takes no more'));
}

/** Says it once a minute, whatever there is to say after it: the first thing is the cause of the others. */
export function failed(error: unknown): void {
  lost(`their destination has failed: ${messageText(error)}`);
}

const lost = (why: string): void =>
  say('PAN4124', `Lines of loggers are lost: ${why}. Events are recorded all the same.`);
