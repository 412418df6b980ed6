import { expect, it, vi } from 'vitest';
import { clearMemoryEvents, createPanoptic, memoryEvents, stats } from '../panoptic.ts';
import { recordBillingLine } from './record-billing-line.ts';
import type { BillingFields } from './types.ts';

vi.spyOn(console, 'error').mockImplementation(() => {});

it('loses a field that throws when it is read, and not the charge', () => {
  createPanoptic({ transport: 'memory' });
  clearMemoryEvents();
  const order = {
    provider: 'Stripe',
    amount: '5',
    get lines(): never {
      throw new Error('not loaded');
    },
  };
  recordBillingLine('charge', order, 'card charged');
  expect(memoryEvents()).toMatchObject([{ amount: '5', metadata: { message: 'card charged' } }]);
  expect(stats().problems).toMatchObject({ 'PAN5101 recordBillingLine lines': 1 });
});

it('says that an entry cannot be read', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  recordBillingLine('charge', proxy as BillingFields);
  expect(stats().problems).toMatchObject({ 'PAN6551 it cannot be read': 1 });
});

it('takes no time for long names and messages', () => {
  const before = performance.now();
  recordBillingLine('charge', { provider: 'x'.repeat(200_000) }, `x${'://b:c'.repeat(100_000)}`);
  expect(performance.now() - before).toBeLessThan(1000);
});
