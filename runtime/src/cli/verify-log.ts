import { decodeEvent } from '../event/document.ts';
import { documentProblems } from '../event/document-check.ts';
import { type OwnerReport, verifyLog } from '../log/verify.ts';
import { misplacedCheck } from './misplaced.ts';
import { bytes, count } from './numbers.ts';
import { Sums } from './sums.ts';
import { Findings, type Verified } from './verify-result.ts';

export interface VerifyLogOptions {
  /** Findings kept of each kind. */
  readonly maxFindings: number;
  /** Bytes read, of how many, and the events in them; now and then. */
  readonly onProgress: (read: number, total: number, events: number) => void;
}

/** Checks everything in a log folder, and what its events say. */
export function checkLog(dir: string, { maxFindings, onProgress }: VerifyLogOptions): Verified {
  const sums = new Sums();
  const shapes = new Findings(maxFindings);
  const misplaced = misplacedCheck();
  let events = 0;
  const report = verifyLog(dir, {
    maxFindings,
    onProgress: (read, total) => onProgress(read, total, events),
    onEvent({ ns, doc, owner, segment, offset }) {
      events++;
      const place = `${owner}, segment ${segment}, at ${offset}`;
      let event: ReturnType<typeof decodeEvent>;
      try {
        event = decodeEvent(doc);
      } catch (error) {
        shapes.add({ kind: 'shape', place, message: `${ns}: ${String(error)}` });
        return;
      }
      const [problem] = documentProblems(event as unknown as Record<string, unknown>);
      if (problem !== undefined) shapes.add({ kind: 'shape', place, message: problem, id: String(event._id) });
      const where = misplaced(ns.slice(0, ns.indexOf('.')), event.env);
      if (where !== undefined) shapes.add({ kind: 'misplaced', place, message: where, id: String(event._id) });
      sums.add(event);
    },
  });
  const { owners, namespaces } = report;
  return {
    location: dir,
    events: report.events,
    sums: sums.rows(),
    findings: [...report.findings, ...shapes.kept],
    counts: { ...report.counts, shape: 0, misplaced: 0, ...shapes.counts },
    details: { bytes: report.bytes, namespaces, owners: owners.map(withoutBigInts) },
    tables: owners.length === 0 ? [] : [ownersTable(owners)],
  };
}

const withoutBigInts = ({ firstSeq, lastSeq, ...rest }: OwnerReport): object => ({
  ...rest,
  firstSeq: firstSeq?.toString(),
  lastSeq: lastSeq?.toString(),
});

function ownersTable(owners: readonly OwnerReport[]): Verified['tables'][number] {
  return {
    columns: [
      { title: 'folder' },
      { title: 'role' },
      { title: 'writer' },
      { title: 'events', align: 'right' },
      { title: 'arrived', align: 'right' },
      { title: 'segments', align: 'right' },
      { title: 'size', align: 'right' },
    ],
    rows: owners.map(({ owner, role, state, events, arrived, segments, bytes: size }) => [
      owner,
      role,
      state,
      count(events),
      role === 'spool' ? count(arrived) : '-',
      count(segments),
      bytes(size),
    ]),
  };
}
