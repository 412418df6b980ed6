import { RunningGenerator } from '../generator-call.ts';
import type { GeneratorSite } from '../recorder.types.ts';
import type { CallValues } from '../site.types.ts';
import type { CallScope } from './call-scope.ts';
import { iterated } from './iterated.ts';
import type { Span } from './span.ts';

/** A generator whose body enters the store of its call each time it goes on, and leaves it wherever it stops. */
export class TracedGenerator extends RunningGenerator {
  readonly scope: CallScope;

  constructor(site: GeneratorSite, started: CallValues | undefined, scope: CallScope) {
    super(site, started);
    this.scope = scope;
  }

  get span(): Span {
    return this.scope.span;
  }

  override entered(): void {
    this.scope.entered();
  }

  override awaiting<T>(value: T): T {
    this.scope.awaiting();
    return value;
  }

  override iterating<T>(value: T): T {
    this.scope.awaiting();
    return iterated(value, this.scope) as T;
  }

  override awaited<T>(value?: T): T {
    this.scope.awaited();
    return value as T;
  }

  override paused<T>(value?: T): T {
    this.scope.paused();
    return super.paused(value);
  }

  override resumed<T>(value: T): T {
    this.scope.resumed();
    return super.resumed(value);
  }

  override delegating<T>(value: T): T {
    this.scope.paused();
    return iterated(value, this.scope) as T;
  }

  override delegated<T>(value: T): T {
    this.scope.resumed();
    return value;
  }

  override returned<T>(value: T): T {
    // an asynchronous generator waits for what it returns
    if (this.site.info.async) this.scope.paused();
    return super.returned(value);
  }

  override end(): void {
    try {
      this.scope.ended();
    } catch {
      // no stack left; what follows says so
    }
    super.end();
  }
}
