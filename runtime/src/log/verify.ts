import type { LogRecord } from './folder-reader.ts';
import { IdBag } from './id-bag.ts';
import { ownerFolders } from './layout.ts';
import { usageOf } from './usage.ts';
import { verifyAside } from './verify-aside.ts';
import { Findings, idBytes } from './verify-findings.ts';
import { verifyOwner } from './verify-owner.ts';

/** What one owner's folder holds. */
export interface OwnerReport {
  /** Name of the folder. */
  readonly owner: string;
  readonly role: 'store' | 'spool' | 'unknown';
  /** Version of the record format that its writer noted; undefined when the note is missing or unreadable. */
  readonly format: number | undefined;
  /** Whether its writer still runs; `unknown` where that cannot be seen from here. */
  readonly state: 'alive' | 'dead' | 'unknown';
  readonly segments: number;
  readonly bytes: number;
  /** Events that could be read; in a spool also those that have arrived and whose segment is still there. */
  readonly events: number;
  /** Of them, events that have arrived at the destination. */
  readonly arrived: number;
  /** Records that hold what events have in common. */
  readonly dictionaries: number;
  readonly firstSeq: bigint | undefined;
  readonly lastSeq: bigint | undefined;
}

/** Something that is not as it should be. */
export interface VerifyFinding {
  /**
   * - `corrupt`: bytes changed after they were written; the events in them cannot be read
   * - `torn`: the last append of a dead process was cut off; nothing acknowledged was in it
   * - `gap`: sequence numbers are missing between two readable records and no damaged bytes stand there
   * - `duplicate`: several events have one `_id`
   * - `quarantine`: bytes that were set aside earlier because they are no record
   * - `dead-letter`: an event that the destination will never take
   * - `unreadable`: a file or folder that the system does not let us read
   */
  readonly kind: 'corrupt' | 'torn' | 'gap' | 'duplicate' | 'quarantine' | 'dead-letter' | 'unreadable';
  /** File, and where it helps ` at <offset>`. */
  readonly place: string;
  /** For a person: what is wrong there. */
  readonly message: string;
  readonly bytes?: number;
  /** Events concerned, as far as that is known; for a gap, records. */
  readonly events?: number;
  /** Hex digits of the `_id`, for duplicates and dead letters. */
  readonly id?: string;
  /** `database.collection`, for duplicates and dead letters. */
  readonly ns?: string;
}

/** Events of one namespace. */
export interface NamespaceReport {
  readonly ns: string;
  events: number;
  /** Bytes of their documents. */
  bytes: number;
}

/** What `verifyLog` found out. Counts are complete; `findings` holds at most `maxFindings` of each kind. */
export interface VerifyReport {
  readonly dir: string;
  readonly owners: readonly OwnerReport[];
  readonly events: number;
  readonly bytes: number;
  readonly namespaces: readonly NamespaceReport[];
  readonly findings: readonly VerifyFinding[];
  /** How many findings there were of each kind, also those that `findings` leaves out. */
  readonly counts: Readonly<Record<VerifyFinding['kind'], number>>;
}

export interface VerifyOptions {
  /** Called for every readable event, duplicates included, in the order of `readLog`. */
  readonly onEvent?: (record: LogRecord) => void;
  /** Called now and then with the bytes read so far and the bytes there are. */
  readonly onProgress?: (read: number, total: number) => void;
  /** Findings kept of each kind. Default 100. */
  readonly maxFindings?: number;
  /** `_id`s held in memory at once; beyond that they go to temporary files, so that memory is bounded. Default 1,000,000. */
  readonly maxIdsInMemory?: number;
}

/**
 * Reads everything a log folder holds, checks it, and changes nothing. What live processes append meanwhile may or may
 * not be counted. Never throws for what the files hold.
 */
export function verifyLog(dir: string, options: VerifyOptions = {}): VerifyReport {
  const findings = new Findings(options.maxFindings ?? 100);
  const namespaces = new Map<string, NamespaceReport>();
  const ids = new IdBag(options.maxIdsInMemory ?? 1_000_000);
  const total = usageOf(dir, undefined).bytes;
  let read = 0;
  try {
    const owners = ownerFolders(dir).map((folder) => {
      const report = verifyOwner(folder, findings, (record) => {
        const known = namespaces.get(record.ns);
        const namespace = known ?? { ns: record.ns, events: 0, bytes: 0 };
        if (known === undefined) namespaces.set(record.ns, namespace);
        namespace.events++;
        namespace.bytes += record.doc.length;
        ids.add(idBytes(record));
        options.onEvent?.(record);
        if (record.seq % 8192n === 0n) options.onProgress?.(read + record.offset, total);
      });
      read += report.bytes;
      options.onProgress?.(read, total);
      return report;
    });
    findings.addRepeated(dir, ids.repeated());
    verifyAside(dir, findings);
    const sum = (of: (namespace: NamespaceReport) => number): number =>
      [...namespaces.values()].reduce((all, namespace) => all + of(namespace), 0);
    const events = sum((namespace) => namespace.events);
    const bytes = sum((namespace) => namespace.bytes);
    const { found, counts } = findings;
    return { dir, owners, events, bytes, namespaces: [...namespaces.values()], findings: found, counts };
  } finally {
    ids.close();
  }
}
