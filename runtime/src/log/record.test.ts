import { serialize } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, encodeRecord, recordBytes } from './record.ts';
import { scan } from './scan.ts';

const entries = fc.array(
  fc.record({
    ns: fc.string({ maxLength: 40, unit: 'binary' }).filter((ns) => ns.isWellFormed()),
    doc: fc
      .dictionary(
        fc.string({ maxLength: 5 }).filter((key) => !key.includes('\0')),
        fc.string(),
      )
      .map(serialize),
  }),
  { minLength: 1, maxLength: 12 },
);

function encode(list: readonly Entry[]): { bytes: Buffer; starts: number[] } {
  const bytes = Buffer.alloc(list.reduce((sum, entry) => sum + recordBytes(entry), 0));
  const starts: number[] = [];
  let offset = 0;
  for (const [index, entry] of list.entries()) {
    starts.push(offset);
    offset = encodeRecord(bytes, offset, index + 1, entry);
  }
  expect(offset).toBe(bytes.length);
  return { bytes, starts };
}

test('what was written is read, in order', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const found = [...scan(encode(list).bytes)];
      expect(
        found.map((each) => each.kind === 'record' && { ns: each.ns, doc: Buffer.from(each.doc), seq: each.seq }),
      ).toEqual(list.map(({ ns, doc }, index) => ({ ns, doc: Buffer.from(doc), seq: index + 1 })));
    }),
  );
});

test('whatever is flipped or cut off: each record is read unchanged or its bytes are named', () => {
  const damage = fc.record({
    flips: fc.array(fc.record({ at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) }), { maxLength: 4 }),
    keep: fc.option(fc.nat()),
  });
  fc.assert(
    fc.property(entries, damage, (list, { flips, keep }) => {
      const { bytes: written, starts } = encode(list);
      const bytes = Buffer.from(written.subarray(0, keep === null ? undefined : keep % (written.length + 1)));
      for (const { at, mask } of flips) if (bytes.length > 0) bytes[at % bytes.length] ^= mask;
      let covered = 0;
      for (const found of scan(bytes)) {
        expect(found.offset).toBe(covered);
        expect(found.end).toBeGreaterThan(found.offset);
        covered = found.end;
        if (found.kind !== 'record') continue;
        expect(starts).toContain(found.offset);
        expect(bytes.subarray(found.offset, found.end)).toEqual(written.subarray(found.offset, found.end));
      }
      expect(covered).toBe(bytes.length);
      const whole = starts.filter((start, index) => {
        const end = starts[index + 1] ?? written.length;
        return end <= bytes.length && bytes.subarray(start, end).equals(written.subarray(start, end));
      });
      const read = [...scan(bytes)].filter(({ kind }) => kind === 'record').map(({ offset }) => offset);
      expect(read).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});

test('a torn append, a changed last record and a changed record in the middle are told apart', () => {
  const { bytes, starts } = encode([1, 2, 3].map((n) => ({ ns: 'a.b', doc: serialize({ n }) })));
  const kinds = (damaged: Buffer): string[] => [...scan(damaged)].map(({ kind }) => kind);
  expect(kinds(bytes.subarray(0, -1))).toEqual(['record', 'record', 'torn']);
  const flipped = (at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] ^= 0x40;
    return copy;
  };
  expect(kinds(flipped(bytes.length - 3))).toEqual(['record', 'record', 'complete']);
  expect(kinds(flipped((starts[1] ?? 0) + 20))).toEqual(['record', 'corrupt', 'record']);
  expect(kinds(Buffer.concat([bytes, Buffer.alloc(4096)]))).toEqual(['record', 'record', 'record', 'torn']);
});
