import { once } from 'node:events';
import path from 'node:path';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { decodeEvent } from '../event/document.ts';
import { toJson } from '../event/json.ts';
import { readLog } from '../log/reader.ts';
import { clearMemoryEvents, createPanoptic, memoryEvents } from '../panoptic.ts';
import { billingLevels } from '../pino/levels.ts';
import panopticTransport from '../pino/transport.ts';
import { recordBillingLine } from './record-billing-line.ts';
import type { BillingFields, BillingLogger } from './types.ts';

const ORIGIN = { project: 'desk', env: 'test', username: 'acme' } as const;

/** What was logged, in the shape of each way. */
const LINES: readonly (readonly [fields: BillingFields, message?: string])[] = [
  [{ amount: '0.10', currency: 'eur', tags: ['card'], metadata: { plan: { seats: 2 } } }, 'paid'],
  [{ model: 'gpt-4o', usage: { prompt_tokens: 12, cached: null, details: { audio: 1 } }, requestId: 'r-1' }],
  [{ function_name: 'pay', duration_ms: 12.5, quantity: 3, unit: 'page', user: 7, category: 'PAYMENT' }],
  [{ user_id: 9, trace_id: 't', span_id: 's', attributes: { region: 'eu' }, metadata: ['a list'] }],
  [{ provider: 'open-ai', service: 'chat', resource: 'answers', model: 'x' }],
  [{ provider: 'Strpe', err: Object.assign(new TypeError('declined'), { code: 'E1' }) }, 'not paid'],
  [{ err: new DOMException('gone', 'AbortError') }],
  [{ err: new Error('refused') }],
  [{ err: new Error('long '.repeat(1000)) }, 'a long story'],
  [{ amount: 'much', currency: 'euros', tags: [{}], quantity: true } as unknown as BillingFields, 'rubbish'],
  [{ time: Date.UTC(2026, 2, 1), order: { id: 'o-1', items: [1, { two: 2 }] } }, 'at %s, mongodb://ann:secret@db/'],
];

/** Without what differs from run to run, and what only the thread that wrote it knows. */
function comparable({ _id, ts, error, ...event }: BillingEvent): object {
  const { type, message, code } = error ?? {};
  return { ...event, ...(ts < '2026-04' && { ts }), ...(error && { error: { type, message, code } }) };
}

function log(logger: Pick<BillingLogger, 'charge'>): void {
  for (const [fields, message] of LINES) {
    if (message === undefined) logger.charge(fields);
    else logger.charge(fields, message);
  }
}

async function ofTransport(): Promise<BillingEvent[]> {
  const dir = path.join(scratchFolder(), '.panoptic');
  const stream = panopticTransport({ dir, transport: 'log', quiet: true, ...ORIGIN });
  // the transport has only the text of an error, which does not say its name
  const serializers = { err: (error: Error) => ({ ...pino.stdSerializers.err(error), type: error.name }) };
  log(pino({ customLevels: billingLevels, serializers }, stream).child({ provider: 'Stripe', tenant_id: 'acme' }));
  stream.end();
  await once(stream, 'close');
  const events: BillingEvent[] = [];
  for await (const { doc } of readLog(dir)) events.push(toJson(decodeEvent(doc)));
  return events;
}

it('a line is the same event, whoever makes it of it: our logger, our transport, or another logger', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const panoptic = createPanoptic({ transport: 'memory', logger: { destination: { write: () => {} } }, ...ORIGIN });
  clearMemoryEvents();
  log(panoptic.getLogger('Stripe').child({ tenant_id: 'acme' }));
  const own = memoryEvents().map(comparable);
  clearMemoryEvents();
  for (const [fields, message] of LINES) {
    recordBillingLine('charge', { provider: 'Stripe', tenant_id: 'acme', ...fields }, message);
  }
  const recorded = memoryEvents().map(comparable);
  expect(own).toHaveLength(LINES.length);
  expect((await ofTransport()).map(comparable)).toEqual(own);
  // pino takes the message of an error where a line has none
  const messages = recorded.map((event, index) => ({ ...event, metadata: (own[index] as BillingEvent).metadata }));
  expect(messages).toEqual(own);
});
