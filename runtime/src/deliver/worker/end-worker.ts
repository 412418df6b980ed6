import { now } from '../../instrument/clock.ts';
import { GATE } from './protocol.ts';
import type { RunningWorker } from './start-worker.ts';

/** Longest time in which nothing need happen, before the worker is taken to be stuck, ms. */
const STUCK_MS = 1500;

/** Longest wait in all, ms. */
const END_MS = 5000;

const STEP_MS = 50;

/**
 * Blocks until the worker has made safe what it has and closed its log, or gets no further.
 * @param receive hears what it says; gives how many batches are done
 */
export function endWorker({ port, gate }: RunningWorker, receive: () => number): void {
  const ended = Atomics.load(gate, GATE.ended);
  port.postMessage({ type: 'end' });
  const begin = now();
  let done = receive();
  let movedAt = begin;
  while (Atomics.wait(gate, GATE.ended, ended, STEP_MS) === 'timed-out') {
    const time = now();
    const doneNow = receive();
    if (doneNow !== done) movedAt = time;
    done = doneNow;
    if (time - movedAt > STUCK_MS || time - begin > END_MS) return;
  }
}
