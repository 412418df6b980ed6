import type { StoredDocument } from '../event/json.ts';
import type { CostQuery, CostResult } from './cost-query.ts';

/** Stored events, wherever they are. Its methods reject with a `PanopticError` `PAN62xx` when they can't be reached. */
export interface Store {
  readonly kind: 'log' | 'mongodb';
  /** For a person: a folder, or a connection string without credentials and the database. */
  readonly location: string;
  /** What the reader of an answer should know: damage found, events that have gone elsewhere. Complete after the answer. */
  notices(): Promise<readonly string[]>;
  /** The latest events by start of the call, oldest of them first. */
  latest(limit: number): Promise<StoredDocument[]>;
  /** The latest `limit` events, then every further one as it arrives, until the signal aborts. */
  follow(limit: number, signal: AbortSignal): AsyncIterable<StoredDocument>;
  query(query: CostQuery): Promise<CostResult>;
  close(): Promise<void>;
}
