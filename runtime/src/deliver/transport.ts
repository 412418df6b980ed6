/** An event whose identity, place and bytes will never change again (delivery rules 1 and 2). */
export interface FrozenEvent {
  /** 24 hex digits of the `_id`: the same at every attempt, so that a destination can tell a repetition. */
  readonly id: string;
  readonly database: string;
  readonly collection: string;
  /** BSON bytes of the document. */
  readonly doc: Uint8Array;
  /** Ranges of `doc` that events have in common, ascending; who stores many events may store each once. */
  readonly shared?: readonly SharedRange[];
}

/** `doc.subarray(from, to)` equals `bytes`, which is the same object in every event that shares it. */
export interface SharedRange {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** An event that the destination will never take, however often it is sent. */
export interface Refusal {
  /** Position in the events that were sent. */
  readonly index: number;
  /** For a person; must hold no secret. */
  readonly reason: string;
}

/** What a destination answers to a batch: every event but the refused ones is there, or was there already. */
export interface Acknowledgement {
  readonly refused?: readonly Refusal[];
  /** How many of the events were there before, where the destination can tell. For people: nothing depends on it. */
  readonly alreadyThere?: number;
}

/**
 * A destination of events. Panoptic stands before it with a log on disk, batches, retries and a circuit breaker, so that
 * a transport only has to send, and to say truthfully when that has succeeded.
 */
export interface Transport {
  /** Version of this interface. */
  readonly version: 1;
  readonly name: string;
  /** Where the events go, for a person: never with credentials. */
  readonly destination: string;
  /**
   * How many `send`s may be under way at once.
   * @default 1
   */
  readonly concurrency?: number;
  /**
   * Sends events, oldest first. Resolves when the destination holds each of them durably or has refused it for good;
   * rejects when all have to be sent again, with the same ids. May be called again before it has settled, with other
   * events; with the same ones only when it was told to end and has not.
   *
   * An error may carry `code` (such as `ECONNREFUSED`: each is said once a minute) and `retryAfterMs`, the time after which
   * the destination wants to be asked again. Its message is shown and must hold no secret.
   * @param signal aborts when the time for the attempt is over; what has not ended soon after that counts as failed
   */
  send(events: readonly FrozenEvent[], signal: AbortSignal): Promise<Acknowledgement>;
  /** Lets go of sockets and files; a later `send` opens them again. Called when there is nothing to send, and at the end. */
  close?(): Promise<void>;
}
