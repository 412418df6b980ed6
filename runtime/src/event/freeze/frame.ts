import type { SharedRange } from '../../deliver/transport.ts';
import type { ErrorFacts, RowExtras } from '../../instrument/batch.ts';
import type { CallValues } from '../../instrument/site.types.ts';
import type { BsonWriter } from './bson-writer.ts';
import type { ContextBytes } from './context-bytes.ts';

/** The call whose event is being written: one object, filled anew for each row. */
export interface Frame {
  to: BsonWriter;
  startMs: number;
  durationMs: number;
  /** What of `RowExtras` the templates know. */
  activeMs: number | undefined;
  totalMs: number | undefined;
  id: string | undefined;
  parent: string | undefined;
  trace: RowExtras['trace'];
  sampleRate: number | undefined;
  seed: Uint8Array;
  row: number;
  context: ContextBytes;
  values: CallValues;
  error: ErrorFacts | undefined;
  shared: SharedRange[];
  /** Where `metadata` was opened. */
  metadata: number;
}

/**
 * Writes what differs from event to event at one place of the document. False where that is more than it knows how to
 * write: the event is built in the long way then, which also says what was wrong with it.
 */
export type Slot = (frame: Frame) => boolean;

/** A reference to fewer bytes takes about as much room as they do. */
const MIN_SHARED_BYTES = 24;

/** Writes bytes that other events have, too. */
export function writeShared({ to, shared }: Frame, bytes: Uint8Array): void {
  const from = to.length;
  to.raw(bytes);
  if (bytes.length >= MIN_SHARED_BYTES) shared.push({ from, to: to.length, bytes });
}
