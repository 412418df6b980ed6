/*
 * What goes from a browser or an edge to `createIngest`, and back. Both sides read this file.
 */

/** A type that needs no permission asked first where the endpoint is of another origin, and the one beacons have. */
export const CONTENT_TYPE = 'text/plain;charset=UTF-8';

/** Body of a request, in JSON. */
export interface IngestBody {
  readonly v: 1;
  /** When it was sent, by the sender's clock, ISO 8601: a clock that is wrong by hours is put right with it. */
  readonly sent: string;
  /** JSON forms of events, without what the server says: `projectId`, `env`, `username`. */
  readonly events: readonly unknown[];
}

/** Body of an answer with status 202. */
export interface IngestAnswer {
  /** Events that are safe now, those that were there already among them. */
  readonly accepted: number;
  /** Events that will never be taken. */
  readonly refused?: readonly { readonly index: number; readonly code: string; readonly reason: string }[];
}

/** @param entries events that are JSON already */
export const toBody = (entries: readonly { readonly json: string }[]): string =>
  `{"v":1,"sent":"${new Date().toISOString()}","events":[${entries.map(({ json }) => json).join()}]}`;
