import type { MessagePort } from 'node:worker_threads';
import type { Config } from '../../config/options.ts';
import type { Batch } from '../../instrument/batch.ts';
import type { SiteInfo } from '../../instrument/site.types.ts';
import type { OutletStats } from '../outlet.ts';
import type { FrozenEvent } from '../transport.ts';
import type { EncodedDictionary } from './dictionary.ts';

/** Raised with every change of what two threads say to each other: they may come from two copies of the runtime. */
export const PROTOCOL = 7;

/**
 * The word behind a batch's columns. The worker claims a batch before each lot of it, and the main thread may take it back
 * until its events are safe, which is `done`; `partly`: some of them were counted as dropped.
 */
export const CLAIM = { free: 0, claimed: 1, done: 2, taken: 3, partly: 4 } as const;

/**
 * Words of the gate, memory that both threads see without a message. Lots of events up to `taken`, by their number, are the main
 * thread's again: a worker that was stuck leaves those alone that it has not begun with.
 */
export const GATE = { ready: 0, ended: 1, taken: 2, words: 3 } as const;

/** What a worker can know: functions stay with the application. */
export type WorkerConfig = Omit<Config, 'onDiagnostic' | 'custom' | 'exporters'>;

/** A site without its readers. */
export type PlainSite = Omit<SiteInfo, 'onStart' | 'onResult' | 'onUnknown' | 'onEnded'>;

/** `workerData` of our worker. */
export interface WorkerStart {
  readonly protocol: number;
  readonly config: WorkerConfig;
  readonly port: MessagePort;
  readonly gate: Int32Array;
  /** Threads of the workers before this one. */
  readonly deadThreads: readonly number[];
}

/** A batch as it travels: rows in place, what they refer to as a copy in memory that threads share. */
export type PostedBatch = Pick<Batch, 'serial' | 'epoch' | 'seed' | 'length' | 'capacity' | 'rows'> & {
  readonly dictionary: EncodedDictionary;
  /** A worker that died had claimed it: some of its events may be in the log. */
  readonly again: boolean;
};

/** What the main thread says. */
export type ToWorker =
  /** Batches, oldest first, and the sites they name that were not sent before. */
  | { readonly type: 'batches'; readonly sites: readonly PlainSite[]; readonly batches: readonly PostedBatch[] }
  /** Events that are final. Answered with `safe`. `again`: a worker that died has had them. */
  | { readonly type: 'append'; readonly seq: number; readonly again: boolean; readonly events: readonly FrozenEvent[] }
  /** From now on events go elsewhere. */
  | { readonly type: 'configure'; readonly config: WorkerConfig }
  /** Deliver what was taken over; `close`: and let go of files and sockets. Answered with `flushed`. */
  | { readonly type: 'flush'; readonly call: number; readonly close: boolean; readonly timeoutMs: number }
  /** The process ends: make safe what can be without waiting, then count `GATE.ended` up. */
  | { readonly type: 'end' };

/** What the worker counts. Numbers of this worker alone. */
export interface WorkerCounts {
  /** Events lost while they were made. */
  readonly dropped: number;
  readonly invalidValues: number;
  readonly internalErrors: number;
  /** Something of dead workers may not have arrived. */
  readonly isTakingOver: boolean;
  readonly transport: ({ readonly name: string; readonly destination: string } & OutletStats) | undefined;
}

/** A batch whose events are safe. */
export interface DoneBatch {
  readonly serial: number;
  /** Rows that did not become events. */
  readonly left: readonly number[];
  /** Rows whose events were counted as dropped. */
  readonly lost: readonly number[];
}

/** What the worker says. */
export type FromWorker =
  /** It takes batches. */
  | { readonly type: 'ready' }
  /** The two threads come from copies of the runtime that do not understand each other. */
  | { readonly type: 'refused'; readonly protocol: number }
  | { readonly type: 'opened'; readonly project: string; readonly destination: string }
  | { readonly type: 'done'; readonly batches: readonly DoneBatch[] }
  /** The events of `append` with that number are safe, but for those that are lost, by their ids. */
  | { readonly type: 'safe'; readonly seq: number; readonly lost: readonly string[] }
  | {
      readonly type: 'said';
      readonly code: string;
      readonly message: string;
      readonly cause: string;
      readonly times: number;
    }
  | { readonly type: 'counts'; readonly counts: WorkerCounts }
  | { readonly type: 'flushed'; readonly call: number };
