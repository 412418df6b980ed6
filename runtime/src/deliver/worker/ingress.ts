import { randomUUID } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';
import type { Acknowledge } from '../outlet.ts';
import type { FrozenEvent } from '../transport.ts';

/** Name of the channel on which threads of one process hand ready events to the thread that owns the log. */
export const INGRESS_CHANNEL = 'panoptic:ingress';

/** What travels on the channel; everybody hears everything, and leaves alone what is not meant for him. */
export type IngressMessage =
  /** Is somebody there who takes events? */
  | { readonly type: 'hello' }
  /** An owner of the log is there; also said unasked when it starts, because events may be waiting for it. */
  | { readonly type: 'here'; readonly owner: string }
  /** Events whose identity and bytes are final. `again`: they have been sent before, to an owner that has died since. */
  | {
      readonly type: 'append';
      readonly from: string;
      readonly seq: number;
      readonly again: boolean;
      readonly events: readonly FrozenEvent[];
    }
  /** The events of `append` with that number are safe, but for those that are lost, by their ids. */
  | { readonly type: 'acknowledged'; readonly to: string; readonly seq: number; readonly lost: readonly string[] };

/** Takes ready events over; calls back once, when all of them are safe or lost. `again`: some of them may be in the log already. */
export type IngressAppend = (events: readonly FrozenEvent[], again: boolean, acknowledged: Acknowledge) => void;

/** The side of the thread that owns the log. Returns what ends it. Keeps nothing alive. */
export function openIngress(append: IngressAppend): () => void {
  const owner = randomUUID();
  const channel = open((message) => {
    if (message.type === 'hello') post({ type: 'here', owner });
    if (message.type !== 'append') return;
    const { from, seq, again, events } = message;
    append(events, again, (lost) => post({ type: 'acknowledged', to: from, seq, lost }));
  });
  const post = (message: IngressMessage): void => channel.postMessage(message);
  post({ type: 'here', owner });
  return () => channel.close();
}

/** The side of a thread that makes events. Keeps nothing alive, but between `ref` and `unref`. */
export interface IngressClient {
  /** Sends events. `acknowledged` comes once, when they are safe or lost; never, where nobody listens. */
  append(events: readonly FrozenEvent[], acknowledged: Acknowledge): void;
  /** Asks once more whether somebody listens, as was done at the start; the answer comes as `onHere`. */
  hello(): void;
  /** Lots of events that nobody has acknowledged, oldest first: to be delivered otherwise, or counted as lost. */
  unacknowledged(): FrozenEvent[][];
  ref(): void;
  unref(): void;
  close(): void;
}

/**
 * What was sent and not acknowledged is sent again when another owner of the log appears, because the one before it has
 * died; the ids let the new one leave out what it finds in the log.
 * @param onHere an owner of the log has answered, or has just started
 */
export function connectIngress(onHere: () => void): IngressClient {
  const from = randomUUID();
  const sent = new Map<number, { events: FrozenEvent[]; acknowledged: Acknowledge }>();
  let owner: string | undefined;
  let seq = 0;
  const channel = open((message) => {
    if (message.type === 'here') {
      if (message.owner !== owner) {
        const again = owner !== undefined;
        for (const [number, { events }] of sent) post({ type: 'append', from, seq: number, again, events });
      }
      owner = message.owner;
      onHere();
    } else if (message.type === 'acknowledged' && message.to === from) {
      const lot = sent.get(message.seq);
      sent.delete(message.seq);
      lot?.acknowledged(message.lost);
    }
  });
  const post = (message: IngressMessage): void => channel.postMessage(message);
  post({ type: 'hello' });
  return {
    append: (events, acknowledged): void => {
      const alone = events.map(standingAlone);
      sent.set(++seq, { events: alone, acknowledged });
      // before an owner has answered, nobody would hear it; it goes out when one does
      if (owner !== undefined) post({ type: 'append', from, seq, again: false, events: alone });
    },
    hello: () => post({ type: 'hello' }),
    unacknowledged: () => [...sent.values()].map(({ events }) => events),
    ref: () => channel.ref(),
    unref: () => channel.unref(),
    close: () => channel.close(),
  };
}

/** For a message: many documents may be parts of one buffer, of which each message would carry the whole. */
export function standingAlone({ id, database, collection, doc }: FrozenEvent): FrozenEvent {
  return { id, database, collection, doc: new Uint8Array(doc) };
}

function open(hear: (message: IngressMessage) => void): BroadcastChannel {
  const channel = new BroadcastChannel(INGRESS_CHANNEL);
  channel.unref();
  channel.onmessage = (event): void => hear((event as { data: IngressMessage }).data);
  return channel;
}
