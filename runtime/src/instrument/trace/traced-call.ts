import { RunningCall } from '../call.ts';
import { now } from '../clock.ts';
import { iterated } from './iterated.ts';
import type { Span } from './span.ts';

/** A call that knows its place among others, which is a fresh one each time: the async context keeps it beyond the call. */
export class TracedCall extends RunningCall {
  span: Span | undefined = undefined;

  override entered(): void {
    this.span?.entered();
  }

  override awaiting<T>(value: T): T {
    this.span?.awaiting();
    return value;
  }

  override iterating<T>(value: T): T {
    const { span } = this;
    if (span === undefined) return value;
    span.awaiting();
    return iterated(value, span) as T;
  }

  override awaited<T>(value?: T): T {
    this.span?.awaited();
    return value as T;
  }

  override end(): void {
    try {
      this.span?.leave();
    } catch {
      // no stack left; what follows says so
    }
    super.end();
  }

  /** It is never one row and no more. */
  override closePlain(): void {
    this.close(now());
  }

  override release(): void {
    this.span = undefined;
    super.release();
  }
}
