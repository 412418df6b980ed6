import { type BsonTypes, type MigrationPlan, migrateDocument, type StoredFields } from '../event/migrate.ts';

/** A document that stays as it is, because it cannot be migrated. */
export interface Stuck {
  readonly place: string;
  readonly reason: string;
}

/** What came of a migration. */
export interface MigrationResult {
  readonly location: string;
  /** Documents of the current version. */
  current: number;
  /** By the version they had. */
  readonly migrated: Record<number, number>;
  readonly stuck: Stuck[];
  /** Places that are in use and were left alone. */
  readonly skipped: Stuck[];
}

export interface MigrateOptions {
  readonly plan: MigrationPlan;
  /** Counts and changes nothing. */
  readonly dryRun: boolean;
}

/** Counts the documents of one place. */
export class Migrating {
  readonly result: MigrationResult;
  readonly #plan: MigrationPlan;
  readonly #types: BsonTypes;

  constructor(location: string, plan: MigrationPlan, types: BsonTypes) {
    this.result = { location, current: 0, migrated: {}, stuck: [], skipped: [] };
    this.#plan = plan;
    this.#types = types;
  }

  /** The migrated document; undefined for one that stays as it is. */
  convert(document: StoredFields): { document: StoredFields; from: number } | undefined {
    const done = migrateDocument(document, this.#types, this.#plan);
    return done.kind === 'migrated' ? done : undefined;
  }

  /** As `convert`; counts what stays as it is, and names what should not. */
  take(document: StoredFields, place: () => string): { document: StoredFields; from: number } | undefined {
    const done = migrateDocument(document, this.#types, this.#plan);
    if (done.kind === 'migrated') return done;
    if (done.kind === 'current') this.result.current++;
    else this.result.stuck.push({ place: place(), reason: done.reason });
    return undefined;
  }

  /** Notes documents that have been written. */
  migrated(from: number, documents = 1): void {
    const { migrated } = this.result;
    migrated[from] = (migrated[from] ?? 0) + documents;
  }
}
