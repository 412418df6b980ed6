import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import type { Diagnostic } from '../diagnostics/say.ts';
import { runtimeState } from '../instrument/state.ts';
import { adoptOrphans } from './adopt.ts';
import { type LogGap, type LogProblem, type Position, readFolder } from './folder-reader.ts';
import { FolderSpool } from './folder-spool.ts';
import { logFolder, ownerFolders, quarantineFolder, segmentPath, segmentsOf } from './layout.ts';
import { ownOwner, writeOwner } from './owner.ts';
import type { Entry } from './record.ts';
import { isBefore } from './tail.ts';
import { LogWriter } from './writer.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

const CONTEXTS = range(0, 4).map((n) =>
  Buffer.from(serialize({ tenant_id: `tenant-${n}`, region: 'eu-west-1', feature: 'chat' })).subarray(4, -1),
);

/** An event whose end is a context that others have, too, or that shares nothing. */
function entry(n: number, context: number | undefined): Entry {
  const shared = CONTEXTS[context ?? -1];
  const head = Buffer.from(serialize({ _id: new ObjectId(), n })).subarray(4, -1);
  const doc = Buffer.concat([Buffer.alloc(4), head, shared ?? Buffer.alloc(0), Buffer.alloc(1)]);
  doc.writeInt32LE(doc.length);
  const ranges = shared && [{ from: 4 + head.length, to: doc.length - 1, bytes: shared }];
  return { ns: `d.c${n % 3}`, doc, shared: ranges };
}

interface Written {
  /** Bytes of the segments, by number. */
  readonly segments: ReadonlyMap<number, Buffer>;
  readonly events: readonly { content: string; segment: number; offset: number; end: number }[];
}

const content = ({ ns, doc }: Entry): string => `${ns} ${Buffer.from(doc).toString('hex')}`;

/** What a writer leaves behind that appends so many events at once, with these contexts. */
function write(folder: string, appends: readonly (readonly (number | undefined)[])[]): Written {
  const writer = new LogWriter(folder, { segmentBytes: 700 });
  let n = 0;
  const expected: string[] = [];
  for (const contexts of appends) {
    const entries = contexts.map((context) => entry(n++, context));
    expected.push(...entries.map(content));
    writer.sealDue();
    writer.append(entries);
  }
  writer.close();
  const events = [...readFolder(folder)].map((record) => {
    const { segment, offset, after } = record;
    return { content: content(record), segment, offset, end: after.offset };
  });
  expect(events.map((event) => event.content)).toEqual(expected);
  const segments = segmentsOf(folder).map((number): [number, Buffer] => [
    number,
    readFileSync(segmentPath(folder, number)),
  ]);
  return { segments: new Map(segments), events };
}

const appends = fc.array(
  fc.array(fc.option(fc.nat({ max: 3 }), { nil: undefined, freq: 4 }), { minLength: 1, maxLength: 9 }),
  { minLength: 3, maxLength: 14 },
);

/** What disks do: bits that change, blocks of zeros, an end that is missing. */
const hurts = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'zero', 'cut', 'end'),
    segment: fc.nat(),
    at: fc.nat(),
    value: fc.integer({ min: 1, max: 255 }),
  }),
  { minLength: 1, maxLength: 5 },
);

test('damage anywhere in a log of many segments: each event arrives unchanged, or is in the quarantine, or its loss is named', () => {
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const dir = scratchFolder();
  const folder = path.join(logFolder(dir), 'crashed');
  let damaged = 0;
  let lost = 0;
  let cutOff = 0;
  const told: Diagnostic[] = [];
  runtimeState().extensions.onDiagnostic = (diagnostic: Diagnostic) => told.push(diagnostic);
  onTestFinished(() => {
    runtimeState().extensions.onDiagnostic = undefined;
  });
  fc.assert(
    fc.property(appends, hurts, (list, damages) => {
      rmSync(dir, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      const { segments, events } = write(folder, list);
      const bytesOf = new Map([...segments].map(([number, bytes]) => [number, Buffer.from(bytes)]));
      for (const { kind, segment, at, value } of damages) {
        const number = [...segments.keys()][segment % segments.size] ?? 1;
        const bytes = bytesOf.get(number) ?? Buffer.alloc(0);
        const place = bytes.length > 0 ? at % bytes.length : 0;
        if (kind === 'flip' && bytes.length > 0) bytes[place] ^= value;
        else if (kind === 'zero') bytes.fill(0, place, Math.min(bytes.length, place + 4 * value));
        else if (kind === 'cut') bytesOf.set(number, bytes.subarray(0, place));
        else if (kind === 'end') {
          // in front of one of its events, where nothing shows that there was more
          const offsets = events.filter((event) => event.segment === number).map(({ offset }) => offset);
          bytesOf.set(number, bytes.subarray(0, offsets[at % offsets.length]));
        }
      }
      for (const [number, bytes] of bytesOf) writeFileSync(segmentPath(folder, number), bytes);
      writeOwner(folder, { ...ownOwner('spool'), pid: dead });

      const problems: LogProblem[] = [];
      const gaps: LogGap[] = [];
      const onProblem = (problem: LogProblem): unknown => problems.push(problem);
      for (const _ of readFolder(folder, { onProblem, onGap: (gap) => gaps.push(gap) }));
      told.length = 0;
      const [adopted = ''] = adoptOrphans(dir, ownOwner('spool'));
      const spool = new FolderSpool(adopted, { isSealed: () => true, live: false });
      const delivered = spool.take({ events: 1000, bytes: 1 << 20 }).map(({ entry: each }) => content(each));

      // nothing is invented, changed, doubled or out of order
      const known = events.map((event) => event.content);
      expect(delivered).toEqual(known.filter((each) => delivered.includes(each)));

      const isDelivered = (event: Written['events'][number]): boolean => delivered.includes(event.content);
      const isNamed = (event: Written['events'][number]): boolean => {
        const { segment, offset, end } = event;
        const left = bytesOf.get(segment)?.length ?? 0;
        const overlaps = problems.some(
          (problem) =>
            problem.segment === segment && problem.offset < end && problem.offset + problem.bytes.length > offset,
        );
        // cut off between two records: it is said before the next event that is read, unless there is none
        const index = events.indexOf(event);
        const before = events.slice(0, index).findLast(isDelivered);
        const after = events.slice(index).find(isDelivered);
        const isThere = (place: Position): boolean =>
          !(before && isBefore(place, { segment: before.segment, offset: before.end })) &&
          !(after && isBefore(after, place));
        return overlaps || (end > left && (after === undefined || [...problems, ...gaps].some(isThere)));
      };
      const missing = events.filter((event) => !isDelivered(event));
      for (const event of missing) expect(isNamed(event)).toBe(true);
      const places = gaps.map(({ segment, offset }) => `${segmentPath(adopted, segment)} at ${offset}:`);
      const named = told.filter(({ code }) => code === 'PAN6304');
      expect(named).toEqual(
        places.map((place) => expect.objectContaining({ message: expect.stringContaining(place) })),
      );
      for (const { kind, segment, offset, bytes } of problems) {
        if (kind === 'torn') continue;
        const copy = path.join(quarantineFolder(dir), `${path.basename(adopted)}-${segment}-${offset}.bad`);
        expect(readFileSync(copy).equals(bytes)).toBe(true);
      }
      expect(ownerFolders(dir)).toEqual([adopted]);
      expect(readdirSync(adopted)).not.toContain('checked');
      damaged++;
      lost += missing.length;
      cutOff += gaps.length;
    }),
    { numRuns: 1000 },
  );
  expect(damaged).toBeGreaterThanOrEqual(1000);
  expect(lost).toBeGreaterThan(500);
  expect(cutOff).toBeGreaterThan(200);
}, 240_000);
