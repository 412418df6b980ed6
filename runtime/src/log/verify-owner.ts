import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { readCursor } from './cursor.ts';
import { type LogProblem, type LogRecord, readFolder } from './folder-reader.ts';
import { segmentPath, segmentsOf } from './layout.ts';
import { ownerState, ownOwner, readOwner } from './owner.ts';
import { isChecked } from './repair.ts';
import type { Scanned } from './scan.ts';
import { Sequence } from './sequence.ts';
import type { OwnerReport } from './verify.ts';
import type { Findings } from './verify-findings.ts';

/** Checks one owner's folder from its first record on. */
export function verifyOwner(folder: string, findings: Findings, onEvent: (record: LogRecord) => void): OwnerReport {
  const owner = readOwner(folder);
  const state = ownerState(owner, ownOwner('store'));
  const live = state !== 'dead' && !isChecked(folder);
  const cursor = readCursor(folder);
  const segments = segmentsOf(folder);
  // segments go from the oldest on: where the first is there, so are its records
  const gaps = new Gaps(folder, findings, segments[0] === 1);
  let events = 0;
  let arrived = 0;
  const onProblem = (problem: LogProblem): void => {
    const { kind, segment, offset, bytes, incomplete } = problem;
    const place = `${segmentPath(folder, segment)} at ${offset}`;
    if (kind === 'torn') {
      findings.add({ kind, place, message: 'the last append was cut off', bytes: bytes.length });
      return;
    }
    const lost = incomplete.length;
    const message =
      lost === 0
        ? 'bytes have changed after they were written'
        : `bytes have changed after they were written, and ${lost} events behind them refer to them`;
    findings.add({ kind, place, message, bytes: bytes.length, ...(lost > 0 ? { events: lost } : {}) });
  };
  try {
    for (const record of readFolder(folder, { live, onProblem, onScanned: gaps.see })) {
      events++;
      if (record.segment < cursor.segment || (record.segment === cursor.segment && record.offset < cursor.offset)) {
        arrived++;
      }
      onEvent(record);
    }
  } catch (error) {
    findings.add({ kind: 'unreadable', place: folder, message: (error as Error).message });
  }
  const sizes = segments.map((segment) => statSync(segmentPath(folder, segment), { throwIfNoEntry: false })?.size ?? 0);
  if (owner === undefined && existsSync(folder) && segments.length > 0) {
    findings.add({ kind: 'unreadable', place: path.join(folder, 'owner'), message: 'it does not say who writes here' });
  }
  return {
    owner: path.basename(folder),
    role: owner?.role ?? 'unknown',
    format: owner?.format,
    state,
    segments: segments.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    events,
    arrived,
    dictionaries: gaps.dictionaries,
    firstSeq: gaps.first,
    lastSeq: gaps.last,
  };
}

/** Follows the sequence numbers of a folder. */
class Gaps {
  dictionaries = 0;
  first: bigint | undefined;
  last: bigint | undefined;
  readonly #folder: string;
  readonly #findings: Findings;
  readonly #sequence: Sequence;

  /** @param fromFirst the first record that was written has to be there */
  constructor(folder: string, findings: Findings, fromFirst: boolean) {
    this.#folder = folder;
    this.#findings = findings;
    this.#sequence = new Sequence(fromFirst ? 1 : undefined);
  }

  readonly see = (found: Scanned, segment: number): void => {
    if (found.kind !== 'record' && found.kind !== 'dictionary') {
      // they are named already
      this.#sequence.lose();
      return;
    }
    if (found.kind === 'dictionary') this.dictionaries++;
    const seq = BigInt(found.seq);
    const missing = this.#sequence.missingBefore(found.seq);
    if (missing > 0) {
      const place = `${segmentPath(this.#folder, segment)} at ${found.offset}`;
      const message = `${missing} records are missing before this one`;
      this.#findings.add({ kind: 'gap', place, message, events: missing });
    }
    this.first ??= seq;
    this.last = seq;
  };
}
