import { OUTCOME } from './batch.ts';
import { now } from './clock.ts';
import { openBatch, writeRow } from './columns.ts';
import { finish } from './finish.ts';
import type { RecordingSite } from './site.ts';
import type { Call, CallValues } from './site.types.ts';
import type { ContextSnapshot } from './state.ts';

// Two classes that differ by their pooling only, not one with a flag: each stays one shape at its call sites, and the
// record of an asynchronous call, the one that is allocated, carries no fields for the pool.

/** A call of a synchronous function. The records of a site form a chain, one link a depth of recursion. */
export class SyncCall implements Call {
  readonly site: RecordingSite;
  readonly depth: number;
  next: SyncCall | undefined = undefined;
  start: number = Number.NaN;
  snapshot: ContextSnapshot | undefined = undefined;
  started: CallValues | undefined = undefined;
  outcome: number = OUTCOME.ok;
  value: unknown = undefined;

  constructor(site: RecordingSite, depth: number) {
    this.site = site;
    this.depth = depth;
  }

  returned<T>(value: T): T {
    this.value = value;
    return value;
  }

  threw<E>(error: E): E {
    this.outcome = OUTCOME.error;
    this.value = error;
    return error;
  }

  end(): void {
    // It runs in a `finally`: whatever it threw would replace the user's own error, a stack overflow among them.
    try {
      const end = now();
      const { site, snapshot, start, started, outcome, value } = this;
      // By position, not by counting down: calls that a stack overflow kept from ending are given back with this one.
      site.free = this;
      this.value = undefined;
      if (site.plain && outcome === OUTCOME.ok && typeof value !== 'object') {
        const { columns } = site;
        writeRow(columns, openBatch(columns), site.index, snapshot, start, end, OUTCOME.ok);
        return;
      }
      this.outcome = OUTCOME.ok;
      this.started = undefined;
      finish(site, snapshot, start, end, started, outcome, value);
    } catch {
      this.site.columns.state.counters.internalErrors++;
    }
  }
}

/** A call of an asynchronous function; many of one site may be under way at once. */
export class AsyncCall implements Call {
  readonly site: RecordingSite;
  readonly start: number;
  readonly snapshot: ContextSnapshot | undefined;
  readonly started: CallValues | undefined;
  outcome: number = OUTCOME.ok;
  value: unknown = undefined;

  constructor(
    site: RecordingSite,
    snapshot: ContextSnapshot | undefined,
    started: CallValues | undefined,
    start: number,
  ) {
    this.site = site;
    this.start = start;
    this.snapshot = snapshot;
    this.started = started;
  }

  returned<T>(value: T): T {
    this.value = value;
    return value;
  }

  threw<E>(error: E): E {
    this.outcome = OUTCOME.error;
    this.value = error;
    return error;
  }

  end(): void {
    try {
      const end = now();
      const { site, snapshot, start, started, outcome, value } = this;
      if (site.plain && outcome === OUTCOME.ok && typeof value !== 'object') {
        const { columns } = site;
        writeRow(columns, openBatch(columns), site.index, snapshot, start, end, OUTCOME.ok);
        return;
      }
      finish(site, snapshot, start, end, started, outcome, value);
    } catch {
      this.site.columns.state.counters.internalErrors++;
    }
  }
}
