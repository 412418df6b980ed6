import { runtimeState } from '../instrument/state.ts';

/** What `createIngest` has been sent. */
export interface IngestStats {
  /** Events that were taken over. */
  accepted: number;
  /** Events that had been taken over before. */
  repeated: number;
  /** Events that will never be taken, each with a reason in the answer. */
  refused: number;
  /** Requests that were not taken as a whole. */
  rejectedRequests: number;
}

/** Of all handlers of the process. */
export function ingestCounts(): IngestStats {
  const { extensions } = runtimeState();
  return (extensions.ingest ??= { accepted: 0, repeated: 0, refused: 0, rejectedRequests: 0 }) as IngestStats;
}
