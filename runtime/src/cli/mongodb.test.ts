import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { frozenEvent, sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { maskUri } from '../config/mask-uri.ts';
import { mongodbOutlet } from '../deliver/mongodb/outlet.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { connect } from '../query/mongo-store.ts';
import { EXIT } from './exit-codes.ts';
import { run } from './program.ts';

const mongo = await mongoForTests('panoptic events and report from MongoDB');

describe.skipIf(!mongo)('events in MongoDB', () => {
  const uri = mongo?.uri ?? '';

  /** Ships events and gives the project's folder. */
  async function ship(...events: BillingEvent[]): Promise<string> {
    const root = scratchFolder();
    const transport = mongodbOutlet({ uri, dir: path.join(root, '.panoptic') });
    transport.append(events.map(frozenEvent));
    await transport.close(30_000);
    expect(transport.stats()).toMatchObject({ delivered: events.length });
    return root;
  }

  it('are reported from there, and the folder they went through says so', async () => {
    const env = mongo?.env() ?? '';
    const failed = sampleEvent({ env, provider: 'System', outcome: 'error' });
    const root = await ship(sampleEvent({ env, amount: '0.10', currency: 'USD' }), sampleEvent({ env }), failed);
    const io = capturedIo(root, { env: { PANOPTIC_MONGODB_URI: uri, PANOPTIC_ENV: env } });
    expect(await run(['report'], io)).toBe(EXIT.ok);
    expect(io.err()).toBe('');
    expect(io.out()).toMatch(/^ask +OpenAI +2 +0 +5\.00 ms +5\.00 ms +2 +1 +0\.10 USD$/m);
    expect(io.out()).toMatch(/^ask +System +1 +1 /m);
    expect(io.out()).toContain(`Events: ${maskUri(uri)}, database panoptic-${env}\n`);

    const local = capturedIo(root);
    expect(await run(['report'], local)).toBe(EXIT.ok);
    expect(local.err()).toContain(`go to ${maskUri(uri)}`);
  });

  it('are listed as they were recorded, and --follow goes on', async () => {
    const env = mongo?.env() ?? '';
    const events = [1, 2, 3].map((second) => sampleEvent({ env, ts: `2026-03-01T12:00:0${second}.000Z` }));
    const late = sampleEvent({ env, ts: '2026-02-01T00:00:00.000Z', amount: '0.5', currency: 'EUR' });
    await ship(...events);
    let shipped: Promise<unknown> | undefined;
    const io = capturedIo(scratchFolder(), {
      onWrite(out) {
        if (out.includes(events[2]?._id ?? '')) shipped ??= ship(late);
        if (out.includes(late._id)) io.stop();
      },
    });
    expect(await run(['events', '--follow', '--json', '--limit', '2', '--uri', uri, '--env', env], io)).toBe(EXIT.ok);
    await shipped;
    const lines = io.out().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([events[1], events[2], late]);
  });

  it('are read without a compression that the connection string names and this process lacks, as they were delivered', async () => {
    const asking = (compressors: string): string => `${uri}${uri.includes('?') ? '&' : '?'}compressors=${compressors}`;
    for (const [named, used] of [
      ['snappy,zlib', ['zlib']],
      ['snappy', ['none']],
      ['zlib', ['zlib']],
    ] as const) {
      const client = await connect(asking(named));
      await client.close();
      expect(client.options.compressors).toEqual(used);
    }
    const env = mongo?.env() ?? '';
    await ship(sampleEvent({ env }));
    const io = capturedIo(scratchFolder());
    expect(await run(['report', '--uri', asking('snappy'), '--env', env], io)).toBe(EXIT.ok);
    expect(io.out()).toMatch(/^ask /m);
  });

  it('of another env are named', async () => {
    const env = mongo?.env() ?? '';
    await ship(sampleEvent({ env }));
    const io = capturedIo(scratchFolder());
    expect(await run(['report', '--uri', uri, '--env', mongo?.env() ?? ''], io)).toBe(EXIT.ok);
    expect(io.out()).toMatch(/^No events yet in /);
    expect(io.err()).toContain('--env chooses another one');
    expect(io.err()).toContain(env);
  });
});

it('says that MongoDB does not answer, without the password', async () => {
  const io = capturedIo(scratchFolder());
  const uri = 'mongodb://ann:c4n4ry@127.0.0.1:1/?serverSelectionTimeoutMS=300';
  expect(await run(['report', '--uri', uri], io)).toBe(EXIT.unreachable);
  expect(io.err()).toMatch(/^PAN6203: MongoDB at mongodb:\/\/127\.0\.0\.1:1\/ cannot be read: /);
  expect(io.err()).not.toContain('c4n4ry');
  expect(io.out()).toBe('');
});
