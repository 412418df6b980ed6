import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readCursor } from './cursor.ts';
import { type LogProblem, type LogRecord, type Position, readFolder } from './folder-reader.ts';
import { ownerFolders } from './layout.ts';
import { ownerState, ownOwner, readOwner } from './owner.ts';

export type { LogProblem, LogRecord } from './folder-reader.ts';

export interface ReadLogOptions {
  /** Called once for each range of bytes that is no record. Default: such ranges are passed over. */
  readonly onProblem?: (problem: LogProblem) => void;
  /** Waits for further records instead of ending. Ends when `signal` aborts. Default false. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
  /** Time between two looks when following, ms. Default 250. */
  readonly pollMs?: number;
}

/**
 * Reads the events of every owner in a log folder (`.panoptic`): owner after owner in the order in which they
 * began, each in the order of writing, so not sorted by `ts`. A folder that does not exist has no events. What has been
 * shipped is left out, though it stays on disk until its whole segment can go: MongoDB has it.
 * Never throws for what the files hold; see `onProblem`.
 */
export async function* readLog(dir: string, options: ReadLogOptions = {}): AsyncGenerator<LogRecord, void> {
  const { follow = false, signal, pollMs = 250, onProblem } = options;
  const self = ownOwner('store');
  const positions = new Map<string, Position>();
  const reported = new Set<string>();
  const reportOnce = (problem: LogProblem): void => {
    const place = `${problem.owner} ${problem.segment} ${problem.offset}`;
    if (!reported.has(place)) onProblem?.(problem);
    reported.add(place);
  };
  do {
    for (const folder of ownerFolders(dir)) {
      const name = path.basename(folder);
      const live = ownerState(readOwner(folder), self) !== 'dead';
      const from = positions.get(name) ?? readCursor(folder);
      for (const record of readFolder(folder, { from, live, onProblem: reportOnce })) {
        positions.set(name, record.after);
        yield record;
        if (signal?.aborted) return;
      }
    }
    if (follow) await delay(pollMs, undefined, signal ? { signal } : {}).catch(() => undefined);
  } while (follow && !signal?.aborted);
}
