import { expect, it } from 'vitest';
import { parseBaggage } from '../core/baggage.ts';
import { forwardMetadata } from './forward-metadata.ts';

it('gives handlers what they can read, in place of what the client says', () => {
  const client = new Headers({ baggage: 'tenant_id=mallory,plan=gold', 'x-own': '1', 'x-request-id': 'r-1' });
  const headers = forwardMetadata(client, { tenant_id: 'Adéle & Söhne, 1=1', seats: 3, trial: false, plan: undefined });
  expect(parseBaggage(headers.get('baggage') ?? '', ['tenant_id', 'seats', 'trial', 'plan'])).toEqual({
    tenant_id: 'Adéle & Söhne, 1=1',
    seats: '3',
    trial: 'false',
  });
  expect([headers.get('x-own'), headers.get('x-request-id')]).toEqual(['1', 'r-1']);
  expect(client.get('baggage')).toContain('mallory');
});

it('lets nothing of the client through where nothing is known', () => {
  const headers = forwardMetadata(new Headers({ baggage: 'tenant_id=mallory' }), {});
  expect(headers.get('baggage')).toBeNull();
  expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});
