import { runtimeState } from '../instrument/state.ts';
import { heed } from './heed.ts';
import { oneLine } from './one-line.ts';

/** What has been said, by cause: how often, and when a line was last written. */
export interface Said {
  count: number;
  lastSaid: number;
}

/** A problem as `onDiagnostic` gets it. */
export interface Diagnostic {
  /** Stable, such as `PAN6402`. */
  readonly code: string;
  /** What happened and what to do, in one line; holds no secret. */
  readonly message: string;
  /** How often this code has occurred for the same cause in this process. */
  readonly count: number;
}

const INTERVAL_MS = 60_000;

/** Causes are told apart up to so many: one that comes from what somebody calls or logs must not fill memory and stderr. */
const MAX_CAUSES = 1000;

/** Every cause said in this process; shared by all copies of the runtime. Read by `stats()`. */
export function saidByCause(): Map<string, Said> {
  const { extensions } = runtimeState();
  return (extensions.said ??= new Map<string, Said>()) as Map<string, Said>;
}

/** Where a thread of our own says its problems instead: in the application's thread. Put into `extensions.relay`. */
export type Relaying = (code: string, message: string, cause: string) => void;

/**
 * Writes one line to stderr, at most once a minute for each code and cause, and counts every time.
 * Never throws: a closed stderr must not reach the application.
 * @param times how often it has occurred since it was said last
 */
export function say(code: string, message: string, cause: string = code, times: number = 1): void {
  const relay = runtimeState().extensions.relay as Relaying | undefined;
  if (relay !== undefined) {
    relay(code, message, cause);
    return;
  }
  const said = tally(code, cause, times);
  const line = oneLine(message);
  tell({ code, message: line, count: said.count });
  const now = performance.now();
  if (now - said.lastSaid < INTERVAL_MS) return;
  said.lastSaid = now;
  try {
    console.error(`Panoptic ${code}: ${line}`);
  } catch {
    // nothing left to say it to
  }
}

/** Counts a problem that somebody else says, or that nobody wants to hear of. Never throws. */
export function tally(code: string, cause: string = code, times: number = 1): Said {
  const causes = saidByCause();
  const own = `${code} ${cause}`;
  const key = causes.has(own) || causes.size < MAX_CAUSES ? own : `${code} others`;
  const said = causes.get(key) ?? { count: 0, lastSaid: Number.NEGATIVE_INFINITY };
  causes.set(key, said);
  said.count += times;
  return said;
}

/** Calls what `createPanoptic({ onDiagnostic })` was given; a hook that throws is not called again. */
function tell(diagnostic: Diagnostic): void {
  const { extensions } = runtimeState();
  const hook = extensions.onDiagnostic as ((diagnostic: Diagnostic) => unknown) | undefined;
  if (hook === undefined) return;
  const failed = (): void => {
    if (extensions.onDiagnostic === hook) extensions.onDiagnostic = undefined;
  };
  try {
    heed(hook(diagnostic), failed);
  } catch {
    failed();
  }
}
