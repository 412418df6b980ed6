import { serialize } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SharedRange } from '../deliver/transport.ts';
import { BLOCK_BYTES, Encoder } from './encoder.ts';
import type { Entry } from './record.ts';
import { type Scanned, type ScannedRecord, scan } from './scan.ts';

/** What events share, as the event writer lays it out: the same object in each of them. */
const CONTEXTS = ['a', 'b', 'ü'].map((tenant) =>
  Buffer.from(serialize({ tenant_id: tenant, region: 'eu-west-1', feature: 'chat'.repeat(20) })).subarray(4, -1),
);

/** An event whose metadata begin with a context, or that shares nothing. */
function event(n: number, context: number | undefined, ns = 'panoptic-test.openai_x'): Entry {
  const shared = CONTEXTS[context ?? -1];
  const head = Buffer.from(serialize({ _id: n, text: 'é'.repeat(n % 7) })).subarray(4, -1);
  const doc = Buffer.concat([Buffer.alloc(4), head, shared ?? Buffer.alloc(0), Buffer.alloc(1)]);
  doc.writeInt32LE(doc.length);
  if (shared === undefined) return { ns, doc };
  const ranges: SharedRange[] = [{ from: 4 + head.length, to: doc.length - 1, bytes: shared }];
  return { ns, doc, shared: ranges };
}

interface Written {
  readonly bytes: Buffer;
  readonly entries: readonly Entry[];
}

/** What a writer leaves in a segment: each portion one append. */
function segment(portions: readonly (readonly Entry[])[]): Written {
  const encoder = new Encoder();
  const written: Buffer[] = [];
  let seq = 1;
  let size = 0;
  for (const portion of portions) {
    const { bytes, seqs } = encoder.encode(portion, seq, size);
    written.push(Buffer.from(bytes));
    size += bytes.length;
    seq = (seqs.at(-1) ?? seq - 1) + 1;
  }
  return { bytes: Buffer.concat(written), entries: portions.flat() };
}

const records = (bytes: Buffer, from = 0): ScannedRecord[] =>
  [...scan(bytes, from)].filter((found) => found.kind === 'record');

const content = ({ ns, doc }: Entry): string => `${ns} ${Buffer.from(doc).toString('hex')}`;

const portions = fc.array(
  fc.array(
    fc
      .record({ n: fc.nat({ max: 1000 }), context: fc.option(fc.nat({ max: 2 }), { nil: undefined }), ns: fc.nat(1) })
      .map(({ n, context, ns }) => event(n, context, ns === 0 ? undefined : 'panoptic-test.ä')),
    { maxLength: 8 },
  ),
  { maxLength: 8 },
);

test('events that share parts are read as they were frozen, from any record on', () => {
  fc.assert(
    fc.property(portions, (list) => {
      const { bytes, entries } = segment(list);
      const all = records(bytes);
      expect(all.map(content)).toEqual(entries.map(content));
      for (const [index, { offset }] of all.entries()) {
        expect(records(bytes, offset).map(content)).toEqual(entries.slice(index).map(content));
      }
      const seqs = [...scan(bytes)].map((found) => 'seq' in found && found.seq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    }),
  );
});

test('what events share is written once a block, however the appends are cut', () => {
  expect(BLOCK_BYTES).toBe(64 * 1024);
  const many = Array.from({ length: 3000 }, (_, n) => event(n, n % 2));
  const whole = segment(many.map((each) => ({ ...each, shared: undefined })).map((each) => [each]));
  for (const size of [1, 100, 512]) {
    const cut = Array.from({ length: Math.ceil(many.length / size) }, (_, n) => many.slice(n * size, (n + 1) * size));
    const { bytes, entries } = segment(cut);
    expect(records(bytes).map(content)).toEqual(entries.map(content));
    const blocks = Math.ceil(bytes.length / BLOCK_BYTES);
    const dictionaries = [...scan(bytes)].filter(({ kind }) => kind === 'dictionary').length;
    expect(dictionaries).toBeLessThanOrEqual(3 * blocks);
    expect(bytes.length).toBeLessThan(whole.bytes.length / 2);
  }
});

test('what no other event has stays in its event', () => {
  const { bytes } = segment([[event(1, 0)], [event(2, 1)]]);
  expect([...scan(bytes)].map(({ kind }) => kind)).toEqual(['record', 'record']);
});

test('a damaged dictionary record costs the events of its block that need it, and they are named', () => {
  const many = Array.from({ length: 2000 }, (_, n) => event(n, n % 3 === 0 ? undefined : 1));
  const { bytes } = segment([many]);
  const [first] = [...scan(bytes)].filter(({ kind }) => kind === 'dictionary');
  bytes.writeUInt8((bytes[(first?.offset ?? 0) + 40] ?? 0) ^ 1, (first?.offset ?? 0) + 40);
  const found = [...scan(bytes)];
  const lost = found.flatMap((each) => (each.kind === 'corrupt' ? each.incomplete : []));
  const read = found.filter((each) => each.kind === 'record');
  expect(lost.length).toBeGreaterThan(10);
  expect(read.length + lost.length).toBe(many.length);
  const ends = found.filter((each) => each.kind === 'corrupt').map(({ end }) => end);
  expect(Math.max(...ends)).toBeLessThan(BLOCK_BYTES + 1000);
});

/** The damage that disks and file systems do. */
const damage = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), value: fc.integer({ min: 1, max: 255 }) }),
    fc.record({ kind: fc.constant('zero' as const), at: fc.nat(), value: fc.integer({ min: 1, max: 600 }) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.constant(0) }),
    fc.record({ kind: fc.constant('remove' as const), at: fc.nat(), value: fc.integer({ min: 1, max: 300 }) }),
  ),
  { minLength: 1, maxLength: 4 },
);

test('whatever is damaged: each event is read unchanged or lies in bytes that are named', () => {
  fc.assert(
    fc.property(portions, damage, fc.nat(), (list, hurts, begin) => {
      const { bytes: written, entries } = segment(list);
      let bytes = Buffer.from(written);
      for (const { kind, at, value } of hurts) {
        const place = bytes.length > 0 ? at % bytes.length : 0;
        if (kind === 'flip' && bytes.length > 0) bytes[place] ^= value;
        if (kind === 'zero') bytes.fill(0, place, Math.min(bytes.length, place + value));
        if (kind === 'cut') bytes = bytes.subarray(0, place);
        if (kind === 'remove') bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + value)]);
      }
      const found = [...scan(bytes)];
      let covered = 0;
      for (const { offset, end } of found) {
        expect(offset).toBe(covered);
        expect(end).toBeGreaterThan(offset);
        covered = end;
      }
      expect(covered).toBe(bytes.length);
      const bySeq = new Map(records(written).map((record) => [record.seq, content(record)]));
      expect(bySeq.size).toBe(entries.length);
      const check = (scanned: Scanned[]): void => {
        for (const each of scanned) if (each.kind === 'record') expect(content(each)).toBe(bySeq.get(each.seq));
      };
      check(found);
      // also for a reader that begins at any record that was found
      const start = found[begin % Math.max(1, found.length)];
      if (start) check([...scan(bytes, start.offset)]);
      // an event whose bytes and dictionary records are all there is read
      const intact = (each: { offset: number; end: number }): boolean =>
        bytes.subarray(each.offset, each.end).equals(written.subarray(each.offset, each.end));
      const original = [...scan(written)];
      if (bytes.length !== written.length || !original.every((each) => each.kind !== 'dictionary' || intact(each)))
        return;
      const read = new Set(found.map((each) => each.kind === 'record' && each.seq));
      for (const each of original) if (each.kind === 'record' && intact(each)) expect(read).toContain(each.seq);
    }),
    { numRuns: 2000 },
  );
});
