import { failed, type LineStreamLike, type Target } from './target.ts';

/** A stream of pino whose lines are written by a thread. */
interface ThreadStream extends LineStreamLike {
  readonly worker: NonNullable<LineStreamLike['worker']>;
  flushSync(): void;
  end(): void;
  unref(): void;
}

export const isThread = (stream: LineStreamLike): stream is ThreadStream =>
  'worker' in stream && typeof stream.flushSync === 'function' && 'unref' in stream;

/** How long a thread may keep the process alive that does not come up, ms. pino itself waits for ever. */
const START_MS = 5000;

/** How long the end of a process is put off for lines that are not written yet, ms. */
const EXIT_MS = 2000;

const alarm = setTimeout;
const cancel = clearTimeout;

/**
 * pino waits in the end of a process until its thread has written everything, for ten seconds and more, and throws there when
 * that takes too long. With this the wait is asynchronous and short where that is possible, and nothing is thrown.
 * @returns what ends the thread, or gives it up where it does not get on
 */
export function guardThread(stream: ThreadStream, target: Target): (flushed: boolean) => void {
  const { flushSync, end } = stream;
  /** The thread does not get on: there is no sense in waiting for it again. */
  let stuck = false;
  let flushing = false;
  const unlessStuck = (wait: () => void) => (): void => {
    if (stuck || flushing) return;
    try {
      wait.call(stream);
    } catch (error) {
      stuck = true;
      failed(error);
    }
  };
  // pino calls them at the end of the process, on the stream
  stream.flushSync = unlessStuck(flushSync);
  stream.end = unlessStuck(end);

  const started = alarm(() => stream.unref(), START_MS);
  started.unref();
  let tried = false;
  const beforeExit = async (): Promise<void> => {
    // it comes again after the flush
    if (tried) return;
    tried = true;
    flushing = true;
    stuck = !(await target.flush(EXIT_MS));
    flushing = false;
    if (stuck) failed('its thread does not get on');
  };
  // before pino's own
  process.prependListener('beforeExit', beforeExit);
  stream.once?.('ready', () => cancel(started));
  stream.once?.('close', () => {
    cancel(started);
    process.off('beforeExit', beforeExit);
  });
  return (flushed) => {
    stuck ||= !flushed;
    stream.end();
  };
}
