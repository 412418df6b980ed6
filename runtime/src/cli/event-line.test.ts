import { serialize } from 'bson';
import { expect, it } from 'vitest';
import type { BillingEvent } from '../event/billing-event.ts';
import { decodeEvent } from '../event/document.ts';
import { fromJson } from '../event/json.ts';
import { eventLine } from './event-line.ts';

const EVENT: BillingEvent = {
  ...{ v: 1, _id: '665b0e40a1b2c3d4e5f60001', ts: '2026-06-01T12:00:00.000Z', projectId: 'shop', env: 'test' },
  ...{ username: 'acme', category: 'SYSTEM', provider: 'System', resource: 'work', quantity: 1, unit: 'execution' },
  price: { status: 'unpriced', reason: 'no rate card' },
  outcome: 'ok',
  metadata: { function_name: 'work', duration_ms: 3 },
};

const shown = (fields: Partial<BillingEvent>): string =>
  eventLine(decodeEvent(serialize(fromJson({ ...EVENT, ...fields }))), { color: false });

it('is one line that a terminal only shows, whatever a client has said', () => {
  const evil = 'a\n2026 forged\u001b]0;title\u0007\u202e';
  const line = shown({
    ...{ service: evil, model: evil, unit: evil, outcome: 'error', error: { type: evil, message: evil } },
    metadata: { function_name: evil, duration_ms: 1, tenant_id: evil },
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  expect(line).toContain('tenant a 2026 forged ]0;title');
  expect(shown({})).toBe('2026-06-01T12:00:00.000Z   3.00 ms  work  System  1 execution');
});
