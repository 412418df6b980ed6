import { once } from 'node:events';
import { createServer, type IncomingMessage, request as nodeRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';

// before anything of ours takes the clock it goes by
vi.hoisted(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));

import { processDelivery } from '../deliver/process-delivery.ts';
import { saidByCause } from '../diagnostics/say.ts';
import { close, createPanoptic, memoryEvents } from '../panoptic.ts';
import { createIngest } from './create-ingest.ts';
import type { IngestOptions } from './options.ts';

const never = (): Promise<never> => new Promise(() => {});
const said = vi.spyOn(console, 'error').mockImplementation(() => {});

beforeEach(() => {
  createPanoptic({ transport: 'memory' });
  said.mockClear();
  saidByCause().clear();
});
afterAll(() => close());

const event = {
  ...{ v: 1, _id: '665b0e40a1b2c3d4e5f60001', ts: new Date().toISOString(), category: 'SYSTEM', provider: 'System' },
  ...{
    resource: 'work',
    quantity: 1,
    unit: 'execution',
    outcome: 'ok',
    metadata: { function_name: 'work', duration_ms: 1 },
  },
};
const body = JSON.stringify({ v: 1, sent: new Date().toISOString(), events: [event] });

it.each<[string, IngestOptions]>([
  ['identify() has not answered in 8 s', { identify: never }],
  ['rateLimit() has not answered in 8 s', { rateLimit: never }],
  ['the events were not safe in time', {}],
])('answers before a client would give up: %s', async (reason, options) => {
  const append = vi.spyOn(processDelivery(), 'append').mockImplementation(() => {});
  onTestFinished(() => append.mockRestore());
  const answer = createIngest(options).fetch(new Request('https://shop.example/', { method: 'POST', body }));
  await vi.advanceTimersByTimeAsync(7900);
  expect(said).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  const response = await answer;
  expect([response.status, await response.json()]).toMatchObject([503, { code: 'PAN3318' }]);
  expect(said.mock.calls.join()).toContain(reason);
  expect(memoryEvents()).toHaveLength(0);
});

it('lets go of a client whose body does not come, and says nothing of it', async () => {
  const server = createServer(createIngest().node).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const slow = nodeRequest({ port, method: 'POST', headers: { 'content-length': '1000' } });
  slow.on('error', () => {});
  slow.write('{');
  const answered = once(slow, 'response');
  await once(server, 'request');
  await vi.advanceTimersByTimeAsync(8100);
  const [response] = (await answered) as [IncomingMessage];
  expect([response.statusCode, response.headers.connection]).toEqual([408, 'close']);
  await once(response.resume(), 'close');
  expect(said).not.toHaveBeenCalled();
});
