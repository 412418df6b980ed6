import { isMainThread } from 'node:worker_threads';
import { flushLoggers } from '../logger/loggers.ts';
import type { Delivery } from './delivery.ts';

/** How long the end of a process may be put off for events that are not delivered yet, ms. */
const EXIT_MS = 2000;

/** After that long a signal that was raised again has certainly ended the process, if it does at all, ms. */
const SURVIVED_MS = 100;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Taken while modules load: fake timers in somebody's tests must not hold up an exit. */
const startTimer = setTimeout;
const cancel = clearTimeout;
const nextTurn = setImmediate;

/**
 * Sees to it that what was recorded is safe when the process ends, without changing how it ends.
 * To be called once a process.
 */
export function deliverAtExit(delivery: Delivery): void {
  const closeNow = (): void => delivery.closeNow();
  process.on('exit', closeNow);
  process.on('beforeExit', () => {
    // last in the list again, behind listeners of the application that may record calls of their own
    process.off('exit', closeNow);
    process.on('exit', closeNow);
  });
  deliverBeforeExit(delivery);
  // signals are delivered to the main thread alone
  if (isMainThread) for (const signal of SIGNALS) deliverAtSignal(delivery, signal);
}

/** The event loop is empty: the last moment at which something asynchronous can still be done. */
function deliverBeforeExit(delivery: Delivery): void {
  let tried = -1;
  process.on('beforeExit', () => {
    delivery.drainNow();
    const { recorded } = delivery.stats();
    // `beforeExit` comes again after the flush; a destination that did not answer gets no second chance
    if (!delivery.undelivered || recorded === tried) return;
    tried = recorded;
    void flushWithin(delivery, EXIT_MS).then(() => {
      // open sockets would keep the process alive for nothing; a later event opens the destination again
      if (!delivery.undelivered) void delivery.close(EXIT_MS);
    });
  });
}

function deliverAtSignal(delivery: Delivery, signal: NodeJS.Signals): void {
  let ending = false;

  const listener = (): void => {
    // Out of the list while the others run: some of them (signal-exit) end the process only if they are alone.
    process.off(signal, listener);
    if (process.listenerCount(signal) > 0) {
      delivery.drainNow();
      nextTurn(listen).unref();
      return;
    }
    // a second signal means that somebody does not want to wait
    if (ending) {
      raise();
      return;
    }
    ending = true;
    listen();
    delivery.drainNow();
    void flushWithin(delivery, EXIT_MS).finally(raise);
  };

  const listen = (): void => {
    process.off(signal, listener);
    process.prependListener(signal, listener);
  };

  /** Without a listener the signal does what it would have done without us. */
  const raise = (): void => {
    delivery.closeNow();
    process.off(signal, listener);
    process.kill(process.pid, signal);
    // still here: the first process of a container does not die of signals, and must be ready for the next one
    startTimer(() => {
      ending = false;
      listen();
    }, SURVIVED_MS).unref();
  };

  listen();
}

/** Keeps the process alive for the flush, and never longer than `timeoutMs`. */
async function flushWithin(delivery: Delivery, timeoutMs: number): Promise<void> {
  let hold: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    hold = startTimer(resolve, timeoutMs);
  });
  try {
    await Promise.race([Promise.all([delivery.flush(timeoutMs), flushLoggers(timeoutMs)]), deadline]);
  } catch {
    // what could not be delivered is on disk
  } finally {
    cancel(hold);
  }
}
