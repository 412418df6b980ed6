import { createHash } from 'node:crypto';
import { toFrozenEvent } from '../deliver/frozen-event.ts';
import { type LogRecord, readFolder } from './folder-reader.ts';
import type { Repeated } from './id-bag.ts';
import { ownerFolders, segmentPath } from './layout.ts';
import type { Entry } from './record.ts';
import type { VerifyFinding } from './verify.ts';

/** Collects what a check finds; counts everything and keeps a bounded part of it. */
export class Findings {
  readonly found: VerifyFinding[] = [];
  readonly counts: Record<VerifyFinding['kind'], number> = {
    corrupt: 0,
    torn: 0,
    gap: 0,
    duplicate: 0,
    quarantine: 0,
    'dead-letter': 0,
    unreadable: 0,
  };
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(finding: VerifyFinding): void {
    if (this.counts[finding.kind]++ < this.#max) this.found.push(finding);
  }

  /** One finding an id, with the first two places at which it stands: the log is read once more for them. */
  addRepeated(dir: string, repeated: Iterable<Repeated>): void {
    const shown = new Map<string, { times: number; records: LogRecord[] }>();
    for (const { id, times } of repeated) {
      if (shown.size < this.#max) shown.set(id, { times, records: [] });
      else this.counts.duplicate++;
    }
    if (shown.size === 0) return;
    for (const folder of ownerFolders(dir)) {
      for (const record of readable(folder)) {
        const known = shown.get(Buffer.from(idBytes(record)).toString('hex', 0, 12));
        if (known && known.records.length < 2) known.records.push(record);
      }
    }
    for (const { times, records } of shown.values()) {
      const [first, second] = records.map((record) => place(dir, record));
      const { id, ns } = { id: '', ns: '', ...(records[0] && { id: toFrozenEvent(records[0]).id, ns: records[0].ns }) };
      const message = `${times} events have the id ${id}${second ? `; another is in ${second}` : ''}`;
      this.add({ kind: 'duplicate', place: first ?? dir, message, events: times, id, ns });
    }
  }
}

/** Twelve bytes for the `_id` of an event: its own, where it is an ObjectId, else of its hash. */
export function idBytes(entry: Entry): Uint8Array {
  const { id } = toFrozenEvent(entry);
  return /^[0-9a-f]{24}$/.test(id) ? Buffer.from(id, 'hex') : createHash('sha256').update(id).digest();
}

function* readable(folder: string): Generator<LogRecord, void> {
  try {
    yield* readFolder(folder, { live: true });
  } catch {
    // named already
  }
}

function place(dir: string, { owner, segment, offset }: LogRecord): string {
  const folder = ownerFolders(dir).find((each) => each.endsWith(owner)) ?? owner;
  return `${segmentPath(folder, segment)} at ${offset}`;
}
