import { ObjectId, serialize } from 'bson';
import type { BillingEvent } from '../../event/billing-event.ts';
import { fromJson } from '../../event/json.ts';
import type { FrozenEvent } from '../transport.ts';

/** Where frozen events say that they belong. */
export interface Place {
  readonly database: string;
  readonly collection: string;
}

/** An event in JSON form, with an id nobody else has. */
export function makeEvent(differing: Partial<BillingEvent> = {}): BillingEvent {
  return {
    v: 1,
    _id: new ObjectId().toHexString(),
    ts: new Date().toISOString(),
    projectId: 'conformance',
    env: 'test',
    username: 'default',
    category: 'AI',
    provider: 'OpenAI',
    resource: 'ask',
    quantity: 1,
    unit: 'execution',
    outcome: 'ok',
    metadata: { function_name: 'ask', duration_ms: 1.5 },
    ...differing,
  };
}

/** An event with what is easily damaged on the way. */
export function makeDifficultEvent(): BillingEvent {
  return makeEvent({
    ts: '2024-02-29T23:59:59.999Z',
    user: '',
    service: 'größe 😀 \u2028 "quoted" \\ \u0000 \r\n end',
    usage: { input_tokens: 9_007_199_254_740_991, 'with.dot': 0.1, $dollar: 1e-9 },
    quantity: 0.1 + 0.2,
    amount: '1E-18',
    currency: 'EUR',
    price: { status: 'priced', method: 'annotation', list: '12345678901234567890.1234567890' },
    outcome: 'error',
    error: { type: 'RangeError', message: 'x'.repeat(300) },
    parent: new ObjectId().toHexString(),
    tags: ['a', '', 'ü'],
    window: { from: '2024-01-01T00:00:00.000Z', to: '2024-12-31T23:59:59.999Z', count: 3, sum: 4.5, min: 0, max: 4 },
    metadata: {
      function_name: 'Ünï.ask',
      duration_ms: 0,
      tenant_id: 'acme',
      nested: { list: [1, null, true, 'text', { deep: -0.5 }], empty: {} },
    },
  });
}

/** The same as delivery hands it to a transport. */
export function freezeEvent(event: BillingEvent, { database, collection }: Place): FrozenEvent {
  return { id: event._id, database, collection, doc: serialize(fromJson(event)) };
}
