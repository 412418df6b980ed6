import { maskUris } from '../config/mask-uri.ts';
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
}

/** Characters that wait for a destination which takes no more; lines beyond that are lost, counted and said. */
const MAX_WAITING = 16 * 1024 * 1024;

/** Taken while modules load: fake timers in somebody's tests must not hold up a flush. */
const alarm = setTimeout;
const cancel = clearTimeout;

/** Stands before a destination of lines: whatever becomes of that, the application goes on. Nothing here throws. */
export class Target {
  readonly stream: LineStreamLike;
  #full = false;
  #waiting = 0;

  constructor(stream: LineStreamLike) {
    this.stream = stream;
    listen(stream);
  }

  /** @param from what pino said of the line */
  write(line: string, from: LastLine): void {
    const { stream } = this;
    if (stream.destroyed) lost('their destination has ended');
    else if (this.#waiting > MAX_WAITING) lost('their destination takes no more');
    else {
      try {
        if (stream[METADATA]) tell(stream, from);
        if (this.#full) this.#waiting += line.length;
        if (stream.write(line) === false && !this.#full) this.#wait();
      } catch (error) {
        failed(error);
      }
    }
  }

  /** True when everything written so far has been taken; false after `timeoutMs`, or when it is lost. */
  async flush(timeoutMs: number): Promise<boolean> {
    const { stream } = this;
    if (stream.flush === undefined) return true;
    if (stream.destroyed) return false;
    return new Promise((resolve) => {
      const late = alarm(resolve, timeoutMs, false);
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

  #wait(): void {
    const { stream } = this;
    if (stream.once === undefined) return;
    this.#full = true;
    stream.once('drain', () => {
      this.#full = false;
      this.#waiting = 0;
    });
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
}

/** Says it once a minute, whatever there is to say after it: the first thing is the cause of the others. */
export function failed(error: unknown): void {
  lost(`their destination has failed: ${maskUris(error instanceof Error ? error.message : String(error))}`);
}

const lost = (why: string): void =>
  say('PAN4124', `Lines of loggers are lost: ${why}. Events are recorded all the same.`);
