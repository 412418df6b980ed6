import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { serialize } from 'bson';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { frozenEvent, sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { EXIT } from './exit-codes.ts';
import { dumpName } from './mongodump.ts';
import { run } from './program.ts';

const mongo = await mongoForTests('panoptic import into MongoDB');

const samples = (count: number, env = 'test'): BillingEvent[] =>
  Array.from({ length: count }, (_, quantity) =>
    sampleEvent({
      env,
      quantity,
      ts: new Date(Date.UTC(2026, 2, 1, 0, 0, quantity)).toISOString(),
      amount: '0.1',
      currency: 'USD',
    }),
  );

const lines = (events: readonly unknown[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

async function panoptic(root: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = capturedIo(root);
  const code = await run(args, io);
  return { code, out: io.out(), err: io.err() };
}

async function inLog(root: string): Promise<BillingEvent[]> {
  const { out } = await panoptic(root, 'export', '--json', '--dir', 'log');
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

it('takes what export has written, as it was, and once', async () => {
  const root = scratchFolder();
  const events = samples(1200);
  writeFileSync(path.join(root, 'events.ndjson'), lines(events));
  const first = await panoptic(root, 'import', 'events.ndjson', '--dir', 'log');
  expect(first).toEqual({
    code: EXIT.ok,
    out: `Imported 1,200 events into ${path.join(root, 'log')}; already there: 0; not imported: 0.\n`,
    err: '',
  });
  expect(await inLog(root)).toEqual(events);
  const more = [...events, sampleEvent()];
  writeFileSync(path.join(root, 'more.ndjson.gz'), gzipSync(lines(more)));
  const second = JSON.parse((await panoptic(root, 'import', 'more.ndjson.gz', '--dir', 'log', '--json')).out);
  expect(second).toMatchObject({ imported: 1, alreadyThere: 1200, failed: 0 });
  expect(await inLog(root)).toHaveLength(1201);
});

it('names every line it cannot take, and takes the others', async () => {
  const root = scratchFolder();
  const [a, b] = samples(2);
  const bad = [
    '{"v":1,',
    JSON.stringify({ ...a, _id: 'short' }),
    JSON.stringify({ ...a, quantity: 'many', unit: '' }),
    JSON.stringify({ ...a, surprise: 1 }),
    'null',
  ];
  writeFileSync(path.join(root, 'e.ndjson'), [JSON.stringify(a), '', ...bad, JSON.stringify(b)].join('\n'));
  const { code, out, err } = await panoptic(root, 'import', 'e.ndjson', '--dir', 'log');
  expect(code).toBe(EXIT.findings);
  expect(out).toContain('Imported 2 events');
  expect(out).toContain('not imported: 5, named above');
  expect(err.match(/^e\.ndjson:\d+: /gm)).toEqual([3, 4, 5, 6, 7].map((line) => `e.ndjson:${line}: `));
  expect(err).toMatch(/^e\.ndjson:4: it is no billing event: _id must match/m);
  expect(err).toMatch(/^e\.ndjson:5: it is no billing event: quantity must be a number, and 1 more/m);
  expect(await inLog(root)).toEqual([a, b]);
});

it.each([[], ['--gzip']])('takes a dump back as it was (%j)', async (...gzip) => {
  const root = scratchFolder();
  const events = [...samples(20), ...samples(5, 'production')];
  writeFileSync(path.join(root, 'events.ndjson'), lines(events));
  await panoptic(root, 'import', 'events.ndjson', '--dir', 'first');
  await panoptic(root, 'export', '--mongodump', 'dump', '--dir', 'first', ...gzip);
  const { code, out } = await panoptic(root, 'import', 'dump', '--dir', 'log');
  expect(code).toBe(EXIT.ok);
  expect(out).toContain('Imported 25 events');
  const byId = (list: BillingEvent[]): BillingEvent[] => list.sort((a, b) => (a._id < b._id ? -1 : 1));
  expect(byId(await inLog(root))).toEqual(byId(events));
});

it('knows the whole name of a collection from the metadata, and names where a dump is cut off', async () => {
  const root = scratchFolder();
  const collection = `openai_${'x'.repeat(230)}`;
  const folder = path.join(root, 'dump', 'panoptic-test');
  mkdirSync(folder, { recursive: true });
  const documents = samples(3).map((event) => frozenEvent(event).doc);
  const file = path.join(folder, `${dumpName(collection)}.bson`);
  writeFileSync(file, Buffer.concat(documents).subarray(0, -4));
  writeFileSync(file.replace(/bson$/, 'metadata.json'), JSON.stringify({ indexes: [], collectionName: collection }));
  const { code, err } = await panoptic(root, 'import', 'dump', '--dir', 'log');
  expect(code).toBe(EXIT.findings);
  const offset = (documents[0]?.length ?? 0) + (documents[1]?.length ?? 0);
  expect(err).toContain(` at ${offset}: the rest of the file cannot be read: its last document is cut off`);
  await panoptic(root, 'export', '--mongodump', 'again', '--dir', 'log');
  const again = path.join(root, 'again', 'panoptic-test', `${dumpName(collection)}.bson`);
  expect(readFileSync(again)).toEqual(Buffer.concat(documents.slice(0, 2)));
});

it.each([
  ['nowhere.ndjson', /PAN6115: .*nowhere\.ndjson does not exist/],
  ['.', /PAN6115: .* holds no \.bson file/],
])('refuses %s', async (file, text) => {
  const { code, err } = await panoptic(scratchFolder(), 'import', file, '--dir', 'log');
  expect(code).toBe(EXIT.usage);
  expect(err).toMatch(text);
});

it('names a damaged compressed file', async () => {
  const root = scratchFolder();
  const bytes = gzipSync(lines(samples(500)));
  writeFileSync(path.join(root, 'e.ndjson.gz'), bytes.subarray(0, bytes.length - 200));
  const { code, err } = await panoptic(root, 'import', 'e.ndjson.gz', '--dir', 'log');
  expect(code).toBe(EXIT.findings);
  expect(err).toMatch(/^e\.ndjson\.gz:\d+: the rest of the file cannot be read: /m);
});

describe.skipIf(!mongo)('into MongoDB', () => {
  const uri = mongo?.uri ?? '';

  it('leaves an event alone that is there in another collection, because the application routes in another way', async () => {
    const env = mongo?.env() ?? '';
    const root = scratchFolder();
    const providers = range(0, 120).map((n) => `provider${n}`);
    const events = providers.map((provider) => sampleEvent({ env, provider }));
    const late = sampleEvent({ env, provider: 'provider7' });
    writeFileSync(path.join(root, 'events.ndjson'), lines(events));
    writeFileSync(path.join(root, 'more.ndjson'), lines([...events, late, late]));
    const importing = async (file: string, settings: Record<string, string>): Promise<unknown> => {
      const io = capturedIo(root, { env: settings });
      expect(await run(['import', file, '--uri', uri, '--json'], io)).toBe(EXIT.ok);
      return JSON.parse(io.out());
    };
    const some = { PANOPTIC_MAX_COLLECTIONS: '110' };
    expect(await importing('events.ndjson', some)).toMatchObject({ imported: 120, alreadyThere: 0, failed: 0 });
    const single = { PANOPTIC_ROUTING: 'single' };
    expect(await importing('events.ndjson', single)).toMatchObject({ imported: 0, alreadyThere: 120, failed: 0 });
    expect(await importing('more.ndjson', single)).toMatchObject({ imported: 1, alreadyThere: 121, failed: 0 });
    expect(await importing('more.ndjson', {})).toMatchObject({ imported: 0, alreadyThere: 122, failed: 0 });

    const client = await new MongoClient(uri).connect();
    const db = client.db(`panoptic-${env}`);
    const names = (await db.listCollections().toArray()).map(({ name }) => name);
    const counts = await Promise.all(names.map((name) => db.collection(name).countDocuments()));
    await client.close();
    expect(names).toContain('events');
    expect(counts.reduce((sum, one) => sum + one)).toBe(121);
  });

  it('goes each event once, and what the server refuses is named', async () => {
    const env = mongo?.env() ?? '';
    const root = scratchFolder();
    const events = samples(7, env);
    writeFileSync(path.join(root, 'events.ndjson'), lines(events));
    const first = await panoptic(root, 'import', 'events.ndjson', '--uri', uri, '--json');
    expect(JSON.parse(first.out)).toMatchObject({ imported: 7, alreadyThere: 0, failed: 0 });
    const second = await panoptic(root, 'import', 'events.ndjson', '--uri', uri, '--json');
    expect(JSON.parse(second.out)).toMatchObject({ imported: 0, alreadyThere: 7, failed: 0 });

    const folder = path.join(root, 'dump', `panoptic-${env}`);
    mkdirSync(folder, { recursive: true });
    const large = {
      ...sampleEvent({ env }),
      metadata: { function_name: 'f', duration_ms: 1, text: 'x'.repeat(17 << 20) },
    };
    const { doc } = frozenEvent(large as BillingEvent);
    writeFileSync(path.join(folder, 'openai_default.bson'), Buffer.concat([doc, serialize({ other: 1 })]));
    const third = await panoptic(root, 'import', 'dump', '--uri', uri);
    expect(third.code).toBe(EXIT.findings);
    expect(third.err).toMatch(/openai_default\.bson at 0: the document has \d+ bytes/);
    expect(third.err).toMatch(/openai_default\.bson at \d{8}: it /);

    const client = await new MongoClient(uri).connect();
    const stored = await client.db(`panoptic-${env}`).collection('openai_default').countDocuments();
    await client.close();
    expect(stored).toBe(7);
  });
});
