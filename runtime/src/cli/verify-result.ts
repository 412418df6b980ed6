import { plural } from './numbers.ts';
import type { Sum } from './sums.ts';
import type { Column } from './table.ts';

/** Something that is not as it should be, wherever events are. */
export interface Finding {
  /** As in a check of the log; `shape`: a document that is no billing event; `misplaced`: it lies where it would not be looked for. */
  readonly kind: string;
  readonly place: string;
  readonly message: string;
  readonly id?: string | undefined;
}

/** What `panoptic verify` found out about one place. */
export interface Verified {
  readonly location: string;
  readonly events: number;
  readonly sums: readonly Sum[];
  /** At most `maxFindings` of each kind. */
  readonly findings: readonly Finding[];
  /** How many there were of each kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** What else `--json` shows. */
  readonly details: Readonly<Record<string, unknown>>;
  /** What else a person is shown. */
  readonly tables: readonly { readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }[];
}

/** Keeps the first findings of each kind and counts them all. */
export class Findings {
  readonly kept: Finding[] = [];
  readonly counts: Record<string, number> = {};
  readonly #max: number;

  /** @param max kept of each kind */
  constructor(max: number) {
    this.#max = max;
  }

  add(finding: Finding): void {
    const before = this.counts[finding.kind] ?? 0;
    this.counts[finding.kind] = before + 1;
    if (before < this.#max) this.kept.push(finding);
  }
}

/** `2 corrupt, 1 duplicate` */
export const countsText = (counts: Verified['counts']): string =>
  Object.entries(counts)
    .filter(([, number]) => number > 0)
    .map(([kind, number]) => `${number.toLocaleString('en-US')} ${kind}`)
    .join(', ');

export const isSound = ({ counts }: Pick<Verified, 'counts'>): boolean =>
  Object.values(counts).every((number) => number === 0);

export const findingsText = (counts: Verified['counts']): string =>
  plural(
    Object.values(counts).reduce((sum, number) => sum + number, 0),
    'finding',
  );
