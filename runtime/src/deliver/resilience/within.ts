/** Taken while modules load: fake timers in somebody's tests must not stop delivery. */
const later = setTimeout;
const cancel = clearTimeout;

/** Time that work which was told to stop has to say why it did not get on, ms. */
const LAST_WORDS_MS = 500;

/** The time for an attempt was over. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/**
 * Runs work that has to end in time: after that its signal aborts, and soon after that the promise rejects, whatever the
 * work does. It rejects with the work's own reason where that says more than that it was aborted. Keeps no process alive.
 * @param outer ends it as well
 */
export function within<T>(
  timeoutMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    let lastWords: NodeJS.Timeout | undefined;
    const stop = (reason: OutOfTime): void => {
      if (controller.signal.aborted) return;
      lastWords = later(() => end(() => reject(reason)), LAST_WORDS_MS);
      lastWords.unref();
      controller.abort(reason);
    };
    const timer = later(() => stop(new OutOfTime(`it did not answer within ${timeoutMs / 1000} s`)), timeoutMs);
    timer.unref();
    const onOuter = (): void => stop(new OutOfTime('it did not answer in time'));
    const end = (settle: () => void): void => {
      cancel(timer);
      cancel(lastWords);
      outer.removeEventListener('abort', onOuter);
      settle();
    };
    if (outer.aborted) onOuter();
    else outer.addEventListener('abort', onOuter);
    work(controller.signal).then(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(isAbort(error) ? (controller.signal.reason ?? error) : error)),
    );
  });
}

const isAbort = (error: unknown): boolean => /^(AbortError|TaskCancelledError)$/.test((error as Error)?.name);

/** Whether a promise that never rejects resolves in time. Keeps the process alive until then: somebody waits for it. */
export async function endsWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = later(resolve, timeoutMs, false as const);
  });
  const ended = await Promise.race([work.then(() => true), late]);
  cancel(timer);
  return ended;
}
