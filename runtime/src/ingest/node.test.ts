import { once } from 'node:events';
import { Agent, createServer, request as nodeRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { close, createPanoptic } from '../panoptic.ts';
import { createIngest } from './create-ingest.ts';

createPanoptic({ transport: 'memory' });
afterAll(() => close());

const LONG = 'x'.repeat(1_500_000);
const EMPTY = JSON.stringify({ v: 1, sent: new Date().toISOString(), events: [] });

it.each<[string, number, Record<string, string>, string]>([
  ['of a type it does not take', 415, { 'content-type': 'image/png' }, LONG],
  ['that is compressed', 415, { 'content-encoding': 'gzip' }, LONG],
  ['that is longer than it may be', 413, { 'content-length': String(LONG.length) }, LONG],
])(
  'keeps the connection of a client whose body it has not read, one %s',
  async (_, status, headers, body) => {
    const server = createServer(createIngest({ maxBytes: 100_000 }).node).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
      server.close();
    });
    const connections = new Set<unknown>();
    server.on('connection', (socket) => connections.add(socket));
    const { port } = server.address() as AddressInfo;
    const post = async (headers: Record<string, string>, body: string): Promise<number | undefined> => {
      const request = nodeRequest({ port, host: '127.0.0.1', path: '/panoptic', method: 'POST', agent, headers });
      request.end(body);
      const [response] = await once(request, 'response');
      await text(response);
      return response.statusCode;
    };
    const statuses: unknown[] = [];
    for (let round = 0; round < 5; round++) {
      statuses.push(await post(headers, body));
      statuses.push(await post({ 'content-type': 'text/plain' }, EMPTY));
    }
    expect(statuses).toEqual(Array.from({ length: 5 }, () => [status, 202]).flat());
    expect(connections.size).toBe(1);
  },
  20_000,
);
