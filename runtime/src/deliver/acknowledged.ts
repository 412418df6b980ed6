import { channel } from 'node:diagnostics_channel';
import type { AcknowledgementLevel } from '../config/options.ts';
import type { FrozenEvent } from './transport.ts';

/** Name of the channel of `node:diagnostics_channel` that tells of events that have become safe. */
export const ACKNOWLEDGED_CHANNEL = 'panoptic:acknowledged';

/**
 * What subscribers of `panoptic:acknowledged` get, in the application's main thread, once for each lot of events. Those that were
 * counted as dropped are in none.
 */
export interface Acknowledged {
  /** Events in this lot. */
  readonly count: number;
  /** What they outlive from now on: the process, or the machine. */
  readonly level: AcknowledgementLevel;
  /** The `_id` of each, 24 hex digits. Worked out when called, so that a mere counter costs nothing. */
  ids(): string[];
}

const acknowledgedChannel = /* @__PURE__ */ channel(ACKNOWLEDGED_CHANNEL);

/** True when somebody wants to know; without, nothing has to be remembered for them. */
export const isAcknowledgementAwaited = (): boolean => acknowledgedChannel.hasSubscribers;

/** Tells the subscribers. What one of them throws, Node reports as an uncaught error of the application. */
export function publishAcknowledged(message: Acknowledged): void {
  if (message.count > 0 && acknowledgedChannel.hasSubscribers) acknowledgedChannel.publish(message);
}

/** As above, for events of which some are lost. */
export function publishEvents(
  events: readonly FrozenEvent[],
  lost: readonly string[],
  level: AcknowledgementLevel,
): void {
  const ids = (): string[] => {
    const gone = new Set(lost);
    return events.map(({ id }) => id).filter((id) => !gone.has(id));
  };
  publishAcknowledged({ count: events.length - lost.length, level, ids });
}
