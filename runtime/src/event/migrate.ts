import { documentProblems } from './document-check.ts';
import { fromNoVersion } from './no-version.ts';

export type StoredFields = Readonly<Record<string, unknown>>;

/** Classes of the BSON library that will write the document: values of one major are refused by another. */
export interface BsonTypes {
  readonly Decimal128: { fromString(text: string): unknown };
}

/**
 * Brings a document from one version to the next. What it cannot know it leaves as it is: then the document is not
 * migrated, and named.
 */
export type Migration = (document: StoredFields, types: BsonTypes) => StoredFields;

/** How documents of all versions come to the current one. */
export interface MigrationPlan {
  readonly current: number;
  /** By the version a step begins with. A document without `v` has version 0. */
  readonly steps: ReadonlyMap<number, Migration>;
  /** What is wrong with a document of the current version; empty for a good one. */
  readonly check: (document: StoredFields) => readonly string[];
}

/** Today's plan: version 1 is the first, so the only step is for documents that were written by hand. */
export const MIGRATIONS: MigrationPlan = {
  current: 1,
  steps: new Map([[0, fromNoVersion]]),
  check: documentProblems,
};

export type Migrated =
  | { readonly kind: 'current' }
  | { readonly kind: 'migrated'; readonly document: StoredFields; readonly from: number }
  | { readonly kind: 'stuck'; readonly reason: string };

/** The document in the current version; what cannot be migrated is said and never changed. Throws nothing. */
export function migrateDocument(document: StoredFields, types: BsonTypes, plan: MigrationPlan = MIGRATIONS): Migrated {
  const from = versionOf(document);
  if (from === plan.current) return { kind: 'current' };
  if (from === undefined) return stuck(`its version is ${JSON.stringify(document.v)}`);
  if (from > plan.current) return stuck(`its version ${from} is later than ${plan.current}: update @panoptic/runtime`);
  let migrated = document;
  try {
    for (let version = from; version < plan.current; version++) {
      const step = plan.steps.get(version);
      if (step === undefined) return stuck(`nothing leads on from version ${version}`);
      migrated = { ...step(migrated, types), v: version + 1 };
    }
    const problems = plan.check(migrated);
    if (problems.length > 0) return stuck(problems.join(', '));
  } catch (error) {
    return stuck(String(error));
  }
  // the identity of an event is never touched: it is what tells a repetition from another event
  if (String(migrated._id) !== String(document._id)) return stuck('a migration changed its _id');
  return { kind: 'migrated', document: migrated, from };
}

const stuck = (reason: string): Migrated => ({ kind: 'stuck', reason });

/** Undefined for what is no version. */
function versionOf({ v }: StoredFields): number | undefined {
  if (v === undefined || v === null) return 0;
  return typeof v === 'number' && Number.isInteger(v) && v >= 0 ? v : undefined;
}
