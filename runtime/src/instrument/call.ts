import { OUTCOME } from './batch.ts';
import { now } from './clock.ts';
import type { Ending, OpenCall } from './recorder.types.ts';
import { openRow } from './row.ts';
import type { RecordingSite } from './site.ts';
import type { Call, CallValues } from './site.types.ts';
import type { ContextSnapshot } from './state.ts';
import { type Settled, type Subscribe, watch } from './watch.ts';

/**
 * How many ended records a site keeps for its next calls. A call deeper in recursion or wider in concurrency than
 * that makes its own, so that one burst does not stay in memory for ever.
 */
const POOLED = 64;

/**
 * One running call. Records are pooled: the start is a double in a field, and writing it again in place allocates
 * nothing, while a fresh record costs its own size and a box for the number.
 */
export class RunningCall implements Call, OpenCall {
  readonly site: RecordingSite;
  /** The next record in the pool. */
  next: RunningCall | undefined = undefined;
  start: number = Number.NaN;
  /** When our own work on it began, monotonic, ms, where that is asked for. */
  began: number | undefined = undefined;
  snapshot: ContextSnapshot | undefined = undefined;
  /** What the annotation read from the parameters. */
  started: CallValues | undefined = undefined;
  failed: boolean = false;
  /** What a wrapped function's options are asked with at the end. */
  held: unknown = undefined;
  /** The value returned or thrown. */
  value: unknown = undefined;
  /** What hears of the promise that a call returned; kept for the calls after it. */
  resolved: Settled | undefined;
  rejected: Settled | undefined;

  constructor(site: RecordingSite) {
    this.site = site;
  }

  returned<T>(value: T): T {
    const { site } = this;
    this.value = value;
    if (!site.info.async || typeof value !== 'object' || value === null) return value;
    return (this.value = site.state.recorder?.adopt(value) ?? value) as T;
  }

  threw<E>(error: E): E {
    this.failed = true;
    this.value = error;
    return error;
  }

  // Generated code that traces calls these; what records it is a subclass.

  entered(): void {}

  awaiting<T>(value: T): T {
    return value;
  }

  iterating<T>(value: T): T {
    return value;
  }

  awaited<T>(value?: T): T {
    return value as T;
  }

  end(): void {
    // It runs in a `finally`: whatever it threw would replace the user's own error, a stack overflow among them.
    try {
      if (!this.failed && typeof this.value === 'object' && this.isAwaited()) return;
      if (this.failed || !this.site.plain || this.site.state.stages) this.close(now());
      else this.closePlain();
    } catch {
      this.site.state.counters.internalErrors++;
    }
  }

  /** Leaves the record with the promise, thenable or stream that was returned, if it is one; that ends the call later. */
  isAwaited(subscribe: Subscribe = watch): boolean | undefined {
    if (this.value === null) return false;
    this.resolved ??= (result) => {
      this.value = result;
      this.end();
    };
    this.rejected ??= (error) => {
      this.threw(error);
      this.end();
    };
    return subscribe(this.value, this.resolved, this.rejected) || this.site.state.recorder?.observe(this);
  }

  /** Writes the event and gives the record back to its site. */
  close(end: number, ending?: Ending): void {
    this.site.state.recorder?.record(this, end, ending);
    this.started = undefined;
    this.held = undefined;
    this.failed = false;
    this.release();
  }

  /** As `close`, for a call that is one row and no more. */
  closePlain(): void {
    const end = now();
    const { site, start } = this;
    const batch = openRow(site.state, site.index, this.snapshot, OUTCOME.ok);
    const row = batch.length - 1;
    batch.start[row] = start;
    batch.duration[row] = end - start;
    this.release();
  }

  release(): void {
    const { site } = this;
    this.value = undefined;
    if (site.pooled < POOLED) {
      site.pooled++;
      this.next = site.free;
      site.free = this;
    }
  }
}
