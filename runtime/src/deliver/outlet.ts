import type { ResilienceStats } from './resilience/stats.ts';
import type { FrozenEvent } from './transport.ts';

/** Counters of one outlet; plain numbers, so that they can be printed and scraped. */
export interface OutletStats {
  /** Events taken over by `append`. */
  accepted: number;
  /** Events the destination has acknowledged. */
  delivered: number;
  /** Events lost, each with a line on stderr. */
  dropped: number;
  /** Events taken over and not yet delivered. */
  pending: number;
  /** Attempts that failed and will be repeated. */
  failures: number;
  /** Events the destination will never take, kept in the folder `dead-letter`, each with a line on stderr. */
  deadLettered?: number;
  /** State and counters of retry, circuit breaker, bulkhead and time-outs, where events go over a network. */
  resilience?: ResilienceStats;
  /** The log on disk, as destination or on the way there. */
  log?: OutletLogStats;
}

/**
 * Called once for the events of one `append`, when all of them are safe without this process at the level asked for: in the log, or
 * at the destination where there is no folder.
 * @param lost the `_id` of each that is not and never will be: it was counted as dropped
 */
export type Acknowledge = (lost: readonly string[]) => void;

/** What the log takes up on disk, and what its bounds have cost in events; the whole folder, measured now and then. */
export interface OutletLogStats {
  /** Of all processes, with quarantine and dead letters. */
  bytes: number;
  /** The most that may be, `log.maxBytes`. */
  maxBytes: number;
  segments: number;
  /** Time since the oldest segment was last written to, ms; 0 without segments. */
  oldestMs: number;
  /** Events that were refused because the folder was full; `dropped` counts them, too. */
  refused: number;
  /** Oldest events that were deleted because the folder was full. */
  droppedBySize: number;
  /** Events that were deleted because of their age, `log.maxAgeMs`. */
  droppedByAge: number;
}

/**
 * Where frozen events leave delivery: the log, memory, or a spool before a `Transport`. Nothing of it
 * keeps the process alive but a `flush` or `close` that somebody waits for, at most for its time.
 */
export interface Outlet {
  readonly name: string;
  /** Where the events are, for a person: a folder or a connection string without credentials. */
  readonly destination: string;
  /**
   * Takes events over, at once and without waiting for a network. Never throws: what cannot be taken is counted and said.
   * @param acknowledged called now or later. Must not throw.
   */
  append(events: readonly FrozenEvent[], acknowledged?: Acknowledge): void;
  /** Resolves when everything taken over is delivered, or `timeoutMs` has passed. Never rejects. */
  flush(timeoutMs: number): Promise<void>;
  /** As `flush`, then lets go of files and sockets. Never rejects. */
  close(timeoutMs: number): Promise<void>;
  /** For the `exit` event: whatever can be made safe without waiting. */
  closeSync(): void;
  stats(): OutletStats;
  /** A thread of this process has died: what it has left in the log is delivered, whether more comes or not. */
  takeOver?(): void;
  /** True until that has arrived. */
  readonly isTakingOver?: boolean;
}
