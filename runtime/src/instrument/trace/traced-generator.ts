import { RunningGenerator } from '../generator-call.ts';
import type { GeneratorSite } from '../recorder.types.ts';
import type { CallValues } from '../site.types.ts';
import { iterated } from './iterated.ts';
import type { Span } from './span.ts';

/** A generator whose body enters the store of its call each time it goes on, and leaves it wherever it stops. */
export class TracedGenerator extends RunningGenerator {
  readonly span: Span;

  constructor(site: GeneratorSite, started: CallValues | undefined, span: Span) {
    super(site, started);
    this.span = span;
  }

  override entered(): void {
    this.span.entered();
  }

  override awaiting<T>(value: T): T {
    this.span.awaiting();
    return value;
  }

  override iterating<T>(value: T): T {
    this.span.awaiting();
    return iterated(value, this.span) as T;
  }

  override awaited<T>(value?: T): T {
    this.span.awaited();
    return value as T;
  }

  override paused<T>(value?: T): T {
    this.span.paused();
    return super.paused(value);
  }

  override resumed<T>(value: T): T {
    this.span.resumed();
    return super.resumed(value);
  }

  override delegating<T>(value: T): T {
    this.span.paused();
    return iterated(value, this.span) as T;
  }

  override delegated<T>(value: T): T {
    this.span.resumed();
    return value;
  }

  override returned<T>(value: T): T {
    // an asynchronous generator waits for what it returns
    if (this.site.info.async) this.span.paused();
    return super.returned(value);
  }

  override end(): void {
    try {
      this.span.leave();
    } catch {
      // no stack left; what follows says so
    }
    super.end();
  }
}
