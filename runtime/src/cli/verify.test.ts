import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MongoClient, type ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { type CapturedIo, capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { frozenEvent, sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { fromJson } from '../event/json.ts';
import { keepDeadLetter } from '../log/dead-letter.ts';
import { ownerFolders, quarantineFolder, segmentPath } from '../log/layout.ts';
import { logOutlet } from '../log/outlet.ts';
import { EXIT } from './exit-codes.ts';
import { run } from './program.ts';

const mongo = await mongoForTests('panoptic verify of MongoDB');

/** A folder with these events, each lot written by a process of its own. */
function project(...lots: BillingEvent[][]): { root: string; dir: string } {
  const root = scratchFolder();
  const dir = path.join(root, '.panoptic');
  for (const events of lots) {
    const outlet = logOutlet({ dir });
    outlet.append(events.map(frozenEvent));
    outlet.closeSync();
  }
  return { root, dir };
}

async function verify(root: string, ...flags: string[]): Promise<{ code: number; io: CapturedIo }> {
  const io = capturedIo(root);
  return { code: await run(['verify', ...flags], io), io };
}

const cents = (amount: string, quantity = 1): BillingEvent =>
  sampleEvent({ service: 'chat', amount, currency: 'USD', quantity });

it('says that nothing is wrong, with exact sums', async () => {
  const { root, dir } = project([cents('0.1', 0.1), cents('0.2', 0.2)], [sampleEvent({ provider: 'AWS', unit: 'GB' })]);
  const { code, io } = await verify(root);
  expect(io.err()).toBe('');
  const text = io.out().replace(dir, '<dir>');
  expect(text).toMatch(/^OpenAI +chat +2 +0\.3 execution +0\.3 USD$/m);
  expect(text).toMatch(/^AWS +- +1 +1 GB$/m);
  expect(text).toMatch(/3 events checked in <dir>\. Nothing is wrong\.\n$/);
  expect(code).toBe(EXIT.ok);
});

it('finds damage, torn ends, duplicates, quarantine and dead letters, each with its place', async () => {
  const twice = cents('1');
  const { root, dir } = project([twice, cents('1'), cents('1')], [twice], [cents('1'), cents('1')]);
  const [first = '', , third = ''] = ownerFolders(dir);
  const segment = segmentPath(first, 1);
  const bytes = readFileSync(segment);
  bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1;
  writeFileSync(segment, bytes);
  appendFileSync(segmentPath(third, 1), bytes.subarray(0, 40));
  mkdirSync(quarantineFolder(dir), { recursive: true });
  writeFileSync(path.join(quarantineFolder(dir), 'a-1-0.bad'), 'x');
  const refused = frozenEvent(cents('5'));
  keepDeadLetter(dir, { ns: `${refused.database}.${refused.collection}`, doc: refused.doc }, 'it is too large');

  const { code, io } = await verify(root, '--json');
  expect(code).toBe(EXIT.findings);
  const { counts, findings, events, sums, sound } = JSON.parse(io.out());
  expect(counts).toMatchObject({ duplicate: 1, quarantine: 1, 'dead-letter': 1, shape: 0 });
  expect(counts.corrupt + counts.torn).toBe(2);
  expect(sound).toBe(false);
  expect(events).toBe(5);
  expect(sums).toMatchObject([{ provider: 'OpenAI', service: 'chat', events: 5, amount: { USD: '5' } }]);
  const named = (kind: string): object => findings.find((finding: { kind: string }) => finding.kind === kind);
  expect(named('duplicate')).toMatchObject({ id: twice._id });
  expect(named('dead-letter')).toMatchObject({ id: refused.id, message: expect.stringContaining('it is too large') });
  expect(named('quarantine')).toMatchObject({ place: expect.stringContaining('a-1-0.bad') });

  const people = await verify(root);
  expect(people.io.out()).toMatch(/^duplicate: .*$/m);
  expect(people.io.out()).toMatch(/5 findings: .*1 duplicate.*\.\n$/);
});

it('finds events that are none, and names as many as asked for', async () => {
  const bad = [1, 2, 3].map(() => ({ ...sampleEvent(), quantity: 'many' }) as unknown as BillingEvent);
  const { root } = project([sampleEvent(), ...bad]);
  const { code, io } = await verify(root, '--limit', '2');
  expect(code).toBe(EXIT.findings);
  expect(io.out().match(/^shape: .*: quantity must be a number$/gm)).toHaveLength(2);
  expect(io.out()).toContain('… and 1 more');
  expect(io.out()).toContain('3 findings: 3 shape.');
});

it('finds events where no report looks for them', async () => {
  const root = scratchFolder();
  const outlet = logOutlet({ dir: path.join(root, '.panoptic') });
  outlet.append([
    { ...frozenEvent(sampleEvent({ env: 'prod' })), database: 'panoptic-test' },
    frozenEvent(sampleEvent()),
  ]);
  outlet.closeSync();
  const { code, io } = await verify(root);
  expect(code).toBe(EXIT.findings);
  expect(io.out()).toMatch(/^misplaced: .*: its env "prod" belongs to the database panoptic-prod$/m);
  expect(io.out()).toContain('1 finding: 1 misplaced.');
});

it('says where it looked for a log', async () => {
  const { code, io } = await verify(scratchFolder());
  expect(code).toBe(EXIT.unreachable);
  expect(io.err()).toMatch(/^PAN6201: No events found: /);
});

describe.skipIf(!mongo)('verify of MongoDB', () => {
  const uri = mongo?.uri ?? '';

  it('finds one event in two collections, and documents that are no events', async () => {
    const env = mongo?.env() ?? '';
    const client = await new MongoClient(uri).connect();
    try {
      const db = client.db(`panoptic-${env}`);
      const events = Array.from({ length: 50 }, () => ({ ...cents('0.1'), env }));
      await db.collection('openai_ann').insertMany(events.map((event) => fromJson(event) as object));
      const [once, twice] = [fromJson({ ...cents('0.1'), env, provider: 'AWS' }), fromJson(events[30] as BillingEvent)];
      await db.collection('aws_ann').insertMany([once as object, twice as object]);
      const clean = await verify(scratchFolder(), '--uri', uri, '--env', env, '--json');
      expect(JSON.parse(clean.io.out())).toMatchObject({
        events: 52,
        counts: { duplicate: 1, shape: 0 },
        findings: [{ kind: 'duplicate', id: events[30]?._id }],
        collections: { aws_ann: 2, openai_ann: 50 },
        sums: [{ provider: 'AWS' }, { provider: 'OpenAI', events: 51, amount: { USD: '5.1' } }],
      });
      expect(clean.code).toBe(EXIT.findings);

      await db.collection('aws_ann').deleteOne({ _id: (twice as unknown as { _id: ObjectId })._id });
      expect((await verify(scratchFolder(), '--uri', uri, '--env', env)).code).toBe(EXIT.ok);

      const strayed = fromJson({ ...cents('0.1'), env: 'elsewhere' });
      await db.collection('aws_ann').insertOne(strayed as object);
      const stray = await verify(scratchFolder(), '--uri', uri, '--env', env);
      expect(stray.io.out()).toContain('its env "elsewhere" belongs to the database panoptic-elsewhere');
      await db.collection('aws_ann').deleteOne({ _id: strayed._id });

      await db.collection<{ _id: unknown }>('aws_ann').insertOne({ _id: 'by hand' });
      const { code, io } = await verify(scratchFolder(), '--uri', uri, '--env', env);
      expect(code).toBe(EXIT.findings);
      expect(io.out()).toContain('shape: aws_ann, _id by hand: _id must be of the type ObjectId');
    } finally {
      await client.close();
    }
  });
});
