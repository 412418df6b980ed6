import { writeSync } from 'node:fs';
import type { LineStream } from './print.ts';

/** Longest wait for a reader at the end of a process, ms; that long without a byte taken. */
const PATIENCE_MS = 2000;
const STEP_MS = 5;

/** What is used of `process.stdout` where it is a pipe: the second is what the system has been given and has not taken. */
interface Pipe extends LineStream {
  readonly fd?: number;
  readonly bytesWritten?: number;
  readonly _handle?: { readonly bytesWritten?: number; readonly writeQueueSize?: number } | null;
}

/**
 * For the `exit` event: writes what a slow reader has not taken. Node writes to pipes and sockets in the background then, and
 * ends without the rest. Does nothing where others have text under way, too: whose bytes come next is not known. Never throws.
 * @param pending texts that the stream has not acknowledged, oldest first
 */
export function finishPipe(stream: LineStream, pending: Iterable<string>): void {
  const { fd, writableLength, bytesWritten, _handle: handle } = stream as Pipe;
  const [given, queued] = [handle?.bytesWritten, handle?.writeQueueSize];
  if (fd === undefined || bytesWritten === undefined || given === undefined || queued === undefined) return;
  const bytes = Buffer.from([...pending].join(''));
  if (bytes.length === 0 || writableLength !== bytes.length) return;
  const rest = bytesWritten - (given - queued);
  if (rest > 0 && rest <= bytes.length) writeAll(fd, bytes.subarray(bytes.length - rest));
}

function writeAll(fd: number, bytes: Uint8Array): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  let waited = 0;
  for (let at = 0; at < bytes.length && waited < PATIENCE_MS; ) {
    try {
      at += writeSync(fd, bytes, at);
      waited = 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(clock, 0, 0, STEP_MS);
      waited += STEP_MS;
    }
  }
}
