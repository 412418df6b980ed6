import { refuseSetting } from './failure.ts';
import { guardThread, isThread } from './guard-thread.ts';
import type { Pino } from './load-pino.ts';
import type { LineDestination, LoggerTransport } from './options.ts';
import { type LineStreamLike, MAX_WAITING, Target } from './target.ts';

export interface OpenedTarget {
  readonly target: Target;
  /** Writes what there is, and ends what was opened here; a stream of the application stays open. */
  retire(): Promise<void>;
}

export interface TargetSettings {
  readonly transport: LoggerTransport | undefined;
  readonly destination: string | number | LineDestination | undefined;
  /** Numbers of levels by their names, which targets may be limited to. */
  readonly levels: Readonly<Record<string, number>>;
}

/** How long a destination that is given up may take for what it has, ms. */
const RETIRE_MS = 2000;

/** @throws PanopticError PAN4123 for a target that is not found, or a file that cannot be written */
export function openTarget(pino: Pino, { transport, destination, levels }: TargetSettings): OpenedTarget {
  // whoever opened a stream or a file descriptor closes it
  const ours = destination === undefined || typeof destination === 'string';
  const path = transport === undefined ? 'logger.destination' : 'logger.transport';
  try {
    const stream = (
      transport === undefined
        ? open(pino, destination)
        : pino.transport({ ...(transport as { target: string }), levels })
    ) as LineStreamLike;
    const target = new Target(stream);
    const end = isThread(stream) ? guardThread(stream, target) : (flushed: boolean) => flushed && stream.end?.();
    return {
      target,
      async retire() {
        const flushed = await target.flush(RETIRE_MS);
        if (ours && stream !== process.stdout) end(flushed);
      },
    };
  } catch (error) {
    throw refuseSetting(path, error);
  }
}

function open(pino: Pino, destination: TargetSettings['destination']): object {
  switch (typeof destination) {
    case 'object':
      return destination;
    // at once, as a line before a crash is wanted most, and so that a file that cannot be opened is known at the start
    case 'string':
      return pino.destination({ dest: destination, mkdir: true, sync: true });
    case 'number':
      return pino.destination({ dest: destination, maxLength: MAX_WAITING });
    default:
      // as pino does: who has replaced `write` wants to see what is written
      return process.stdout.write === Object.getPrototypeOf(process.stdout).write || process.stdout.fd === undefined
        ? pino.destination({ dest: 1, maxLength: MAX_WAITING })
        : process.stdout;
  }
}
