import { RunningCall } from '../call.ts';
import { now } from '../clock.ts';
import type { CallScope } from './call-scope.ts';
import { iterated } from './iterated.ts';
import type { Span } from './span.ts';

/** A call that knows its place among others, which is a fresh one each time: the async context keeps it beyond the call. */
export class TracedCall extends RunningCall {
  scope: CallScope | undefined = undefined;

  get span(): Span | undefined {
    return this.scope?.span;
  }

  override entered(): void {
    this.scope?.entered();
  }

  override awaiting<T>(value: T): T {
    this.scope?.awaiting();
    return value;
  }

  override iterating<T>(value: T): T {
    const { scope } = this;
    if (scope === undefined) return value;
    scope.awaiting();
    return iterated(value, scope) as T;
  }

  override awaited<T>(value?: T): T {
    this.scope?.awaited();
    return value as T;
  }

  override end(): void {
    try {
      this.scope?.ended();
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
    this.scope = undefined;
    super.release();
  }
}
