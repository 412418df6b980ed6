import type { BillingEvent } from '../../event/billing-event.ts';
import type { FrozenEvent, Transport } from '../transport.ts';
import type { Place } from './events.ts';

/** What the conformance suite has to know of a transport. */
export interface ConformanceOptions {
  /** A transport of its own for each case; the suite closes it. */
  create(): Transport | Promise<Transport>;
  /**
   * The events with these ids at the destination, in JSON form (`toJson`, `toBillingEvent`); each as often as it is there.
   * Asked right after an acknowledgement: what is not there then was acknowledged too early. Others may be among them.
   */
  stored(ids: readonly string[]): readonly BillingEvent[] | Promise<readonly BillingEvent[]>;
  /** The destination tells a repetition by the id, and keeps one. @default true */
  readonly tellsRepetitions?: boolean;
  /** Makes an event that the destination will never take. Absent: it takes every event. */
  refused?(): FrozenEvent;
  /** Makes the destination unreachable; resolves with what brings it back. */
  away?(): Promise<() => void | Promise<void>>;
  /** The destination takes requests and answers none; resolves with what ends that. */
  mute?(): Promise<() => void | Promise<void>>;
  /** Credentials the transport was made with: none may show. */
  readonly secrets?: readonly string[];
  /** Database and collection of the events. @default panoptic-conformance, events */
  readonly place?: Place;
}

/** One test. */
export interface ConformanceCase {
  readonly name: string;
  /** Rejects with an `AssertionError` that says what was expected. */
  readonly run: () => Promise<void>;
}
