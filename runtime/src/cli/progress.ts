import cliProgress from 'cli-progress';
import type { Io } from './io.ts';
import { bytes, count } from './numbers.ts';

/** How far a long command has come, on stderr: a bar on a terminal, else a line now and then. */
export interface Progress {
  /** @param done of the total given at the start; may pass it where somebody writes meanwhile */
  update(done: number, events: number): void;
  /** Ends the bar; whatever is written next stands on a line of its own. */
  stop(): void;
}

/** Time between two lines where there is no terminal, ms. */
const LINE_MS = 5000;

/** @param verb what is being done, such as `Shipping`; @param totalBytes what there is to do */
export function startProgress(
  { terminal, stderr }: Pick<Io, 'terminal' | 'stderr'>,
  verb: string,
  totalBytes: number,
): Progress {
  if (terminal) return bar(terminal, verb, totalBytes);
  let next = performance.now() + LINE_MS;
  return {
    update(done, events) {
      if (performance.now() < next) return;
      next = performance.now() + LINE_MS;
      stderr.write(`${verb}: ${count(events)} events, ${bytes(done)} of ${bytes(totalBytes)}\n`);
    },
    stop() {},
  };
}

function bar(stream: NodeJS.WritableStream, verb: string, totalBytes: number): Progress {
  const line = new cliProgress.SingleBar(
    {
      stream,
      format: `${verb} {bar} {percentage} % | {done} of {all} | {events} events | {eta_formatted} left`,
      hideCursor: true,
      gracefulExit: false,
      etaBuffer: 50,
    },
    cliProgress.Presets.shades_classic,
  );
  const all = bytes(totalBytes);
  line.start(Math.max(1, totalBytes), 0, { done: bytes(0), all, events: '0' });
  return {
    update: (done, events) => line.update(Math.min(done, totalBytes), { done: bytes(done), events: count(events) }),
    stop: () => line.stop(),
  };
}
