import { deepStrictEqual, fail, ok } from 'node:assert/strict';
import type { BillingEvent } from '../../event/billing-event.ts';
import type { Acknowledgement, Transport } from '../transport.ts';
import { freezeEvent, makeDifficultEvent, makeEvent } from './events.ts';
import type { ConformanceCase, ConformanceOptions } from './options.ts';
import { eventually, rejection, settles, shown, socketsOpen } from './watch.ts';

const PLACE = { database: 'panoptic-conformance', collection: 'events' };

/** Events of a large batch. */
const LARGE = 2000;

type Work = (tools: Tools) => Promise<void>;

/** What a case works with. */
interface Tools {
  readonly transport: Transport;
  send(events: readonly BillingEvent[], signal?: AbortSignal): Promise<Acknowledgement>;
  /** What is at the destination of these events, in their order. */
  found(events: readonly BillingEvent[]): Promise<BillingEvent[]>;
}

/**
 * What every transport has to do, as cases for any test runner:
 *
 *     for (const { name, run } of transportConformance({ create, stored })) test(name, run);
 *
 * Cases that need `refused`, `away` or `mute` are there when those are.
 */
export function transportConformance(options: ConformanceOptions): readonly ConformanceCase[] {
  const { create, stored, tellsRepetitions = true, refused, away, mute, secrets = [], place = PLACE } = options;
  const cases: ConformanceCase[] = [];

  const add = (name: string, work: Work): void => {
    const run = async (): Promise<void> => {
      const transport = await create();
      const send: Tools['send'] = async (events, signal = new AbortController().signal) =>
        (await transport.send(
          events.map((event) => freezeEvent(event, place)),
          signal,
        )) ?? {};
      const found: Tools['found'] = async (events) => {
        const ids = events.map(({ _id }) => _id);
        const there = (await stored(ids)).filter(({ _id }) => ids.includes(_id));
        return there.toSorted((a, b) => ids.indexOf(a._id) - ids.indexOf(b._id));
      };
      try {
        await work({ transport, send, found });
      } finally {
        await transport.close?.();
      }
    };
    cases.push({ name, run });
  };

  add('says what it is, without credentials', async ({ transport }) => {
    deepStrictEqual(transport.version, 1);
    ok(transport.name.length > 0, 'a transport has a name');
    ok(transport.destination.length > 0, 'a transport has a destination');
    for (const secret of secrets) ok(!shown(transport).includes(secret), 'a credential shows in the transport');
  });

  add('acknowledges events that are there', async ({ send, found }) => {
    const events = [makeEvent(), makeEvent(), makeEvent()];
    const { refused = [] } = await send(events);
    deepStrictEqual([...refused], []);
    deepStrictEqual(await found(events), events);
  });

  add('takes an empty batch', async ({ send }) => {
    deepStrictEqual([...((await send([])).refused ?? [])], []);
  });

  add(`takes ${LARGE} events at once`, async ({ send, found }) => {
    const events = Array.from({ length: LARGE }, (_, quantity) => makeEvent({ quantity }));
    await send(events);
    deepStrictEqual(
      (await found(events)).map(({ quantity }) => quantity),
      events.map(({ quantity }) => quantity),
    );
  });

  add('keeps every value as it was', async ({ send, found }) => {
    const event = makeDifficultEvent();
    await send([event]);
    deepStrictEqual(await found([event]), [event]);
  });

  if (tellsRepetitions) {
    add('holds an event once that was sent twice', async ({ send, found }) => {
      const events = [makeEvent(), makeEvent(), makeEvent()];
      await send(events.slice(0, 2));
      const { refused = [] } = await send(events);
      deepStrictEqual([...refused], [], 'a repetition is no refusal');
      deepStrictEqual(await found(events), events);
    });
  }

  add('takes several batches at once, or one after the other', async ({ transport, send, found }) => {
    const count = Math.min(transport.concurrency ?? 1, 4);
    const batches = Array.from({ length: count }, () => [makeEvent(), makeEvent()]);
    await Promise.all(batches.map((events) => send(events)));
    deepStrictEqual(await found(batches.flat()), batches.flat());
  });

  add('opens again after close', async ({ transport, send, found }) => {
    const events = [makeEvent(), makeEvent()];
    await send(events.slice(0, 1));
    await transport.close?.();
    await transport.close?.();
    await send(events.slice(1));
    deepStrictEqual(await found(events), events);
  });

  add('keeps no process alive after close', async ({ transport, send }) => {
    await transport.close?.();
    const before = socketsOpen();
    await send([makeEvent()]);
    await transport.close?.();
    await eventually(() => socketsOpen() <= before, 'sockets or pipes are open after close');
  });

  add('ends when it is aborted, and acknowledges nothing that is not there', async ({ send, found }) => {
    const event = makeEvent();
    const sent = send([event], AbortSignal.abort(new Error('over')));
    if ((await settles(sent)) === 'rejected') await send([event]);
    deepStrictEqual(await found([event]), [event]);
  });

  if (refused) {
    add('names what will never be taken, by its place, and takes the rest', async ({ transport, found }) => {
      const good = [makeEvent(), makeEvent()] as const;
      const [first, last] = [freezeEvent(good[0], place), freezeEvent(good[1], place)];
      const batch = [first, refused(), last];
      const answer = await transport.send(batch, new AbortController().signal);
      deepStrictEqual(
        answer.refused?.map(({ index }) => index),
        [1],
      );
      ok((answer.refused?.[0]?.reason ?? '').length > 0, 'a refusal has a reason');
      for (const secret of secrets) ok(!shown(answer).includes(secret), 'a credential shows in a refusal');
      deepStrictEqual(await found(good), [...good]);
    });
  }

  if (away) {
    add('rejects while the destination is away, and delivers afterwards', async ({ send, found }) => {
      const events = [makeEvent(), makeEvent()];
      await send(events.slice(0, 1));
      const back = await away();
      try {
        const error = await rejection(send(events));
        for (const secret of secrets) ok(!shown(error).includes(secret), 'a credential shows in an error');
      } finally {
        await back();
      }
      await deliver(() => send(events));
      const there = await found(events);
      // one that tells no repetition may have taken what it did not acknowledge
      deepStrictEqual(
        tellsRepetitions ? there : [...new Map(there.map((event) => [event._id, event])).values()],
        events,
      );
    });
  }

  if (mute) {
    add(
      'gives up a destination that does not answer when it is told to, and delivers afterwards',
      async ({ send, found }) => {
        const events = [makeEvent(), makeEvent()];
        await send(events.slice(0, 1));
        const answering = await mute();
        try {
          const controller = new AbortController();
          const sent = send(events.slice(1), controller.signal);
          sent.catch(() => undefined);
          setTimeout(() => controller.abort(new Error('over')), 200);
          if ((await settles(sent)) !== 'rejected') fail('acknowledged without an answer');
        } finally {
          await answering();
        }
        await deliver(() => send(events.slice(1)));
        deepStrictEqual(await found(events), events);
      },
    );
  }
  return cases;
}

/** A destination that has just come back may need more than one attempt, as delivery makes them. */
async function deliver(send: () => Promise<unknown>): Promise<void> {
  await eventually(async () => (await settles(send())) === 'resolved', 'what was sent again was not taken');
}
