import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withExecutionMetadata } from '../context/index.ts';
import { site } from '../instrument/node.ts';
import type { CallValues } from '../instrument/site.types.ts';
import { close, createPanoptic, memoryEvents } from '../panoptic.ts';
import { billingEventSchema } from './schema.ts';

const validate = new Ajv({ allErrors: true, formats: { 'date-time': true } }).compile(billingEventSchema);

beforeAll(() => {
  createPanoptic({ transport: 'memory', project: 'schema', commit: 'c0ffee' });
});
afterAll(() => close());

test('real events fit the schema', () => {
  const info = {
    id: 's',
    file: 'a.ts',
    line: 1,
    kind: 'function',
    async: false,
    category: 'AI',
    args: ['string'],
    body: 'b',
  } as const;
  const full: CallValues = {
    model: 'm',
    usage: { a: 1 },
    amount: 1e-7,
    tags: ['x'],
    user: 'u',
    attributes: { deep: { a: [1] } },
  };
  site(1, { ...info, name: 'plain', provider: 'OpenAI' })
    .begin()
    .end();
  withExecutionMetadata({ tenant_id: 't', trace_id: '1', span_id: '2' }, () => {
    const call = site(1, { ...info, name: 'full', provider: 'OpenAI', onResult: () => full }).begin();
    call.returned(1);
    call.end();
  });
  const failing = site(1, { ...info, name: 'failing', provider: 'OpenAI' }).begin();
  failing.threw(new Error('x'));
  failing.end();

  const events = memoryEvents();
  expect(events.map(({ metadata }) => metadata.function_name)).toEqual(['plain', 'full', 'failing']);
  for (const event of events) {
    validate(JSON.parse(JSON.stringify(event)));
    expect(validate.errors).toBeNull();
  }
});

test.each([
  ['an unknown field', { extra: 1 }],
  ['a number for an amount', { amount: 0.1 }],
  ['another version', { v: 2 }],
  ['an outcome of its own', { outcome: 'maybe' }],
  ['no metadata', { metadata: undefined }],
])('the schema refuses %s', (_, wrong) => {
  const [event] = memoryEvents();
  expect(validate(JSON.parse(JSON.stringify({ ...event, ...wrong })))).toBe(false);
});
