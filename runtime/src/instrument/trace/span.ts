import type { RowExtras } from '../batch.ts';
import { scopeOf } from '../scope.ts';
import type { CallContext, ContextHolder, ContextSnapshot, ContextStore, EnterableStorage } from '../state.ts';
import { type ActiveSpan, activeSpan } from './active-span.ts';
import { spanId } from './span-ids.ts';

/**
 * The place of one call among others: the store of the async context while its body runs, so that calls inside find it.
 *
 * The body stays where it is, so nothing runs in a scope of its own (`AsyncLocalStorage.run` would need a function, and
 * an asynchronous one three more microtasks): the store is entered where the body runs and left where the caller does.
 * What continues behind an `await` runs in a microtask of its own, whose store nobody else sees; from there the call need
 * not leave any more.
 */
export class Span implements CallContext {
  /** The scope of execution metadata around it. */
  readonly scope: ContextHolder | undefined;
  /** OpenTelemetry's span that was active when it began. */
  readonly active: ActiveSpan | undefined;
  /** A recorded call has named it as its parent. */
  named: boolean = false;
  /** It becomes no event: calls inside it belong to the call around it. */
  leftOut: boolean = false;
  /** The call around it; let go of when it has ended, or timers that start timers would keep an endless chain. */
  parent: Span | undefined;
  readonly #storage: EnterableStorage;
  #id: string | undefined = undefined;
  /** The store of who runs when the body does not. */
  #outer: ContextStore | undefined;
  /** The store is entered, and will have to be left. */
  #inside = false;
  /** The body waits or has not begun: when it goes on, the store must be entered. */
  #away = true;
  /** The body runs behind an `await`, in a microtask of its own. */
  #detached = false;
  /** The generated code says where to leave wherever the body may wait; else it is entered behind an `await` only. */
  #enters = false;

  constructor(storage: EnterableStorage) {
    const store = storage.getStore();
    this.#storage = storage;
    this.#outer = store;
    this.scope = scopeOf(store);
    this.parent = (store?.span as Span | undefined)?.nearest();
    this.active = activeSpan();
  }

  get span(): this {
    return this;
  }

  /** What untraced calls inside read, as they would from a scope. */
  get snapshot(): ContextSnapshot | undefined {
    return this.scope?.snapshot;
  }

  /** The `_id` of its event. */
  get id(): string {
    return (this.#id ??= spanId());
  }

  /** This call, or where it was left out, the nearest around it that was not. */
  nearest(): Span | undefined {
    let span: Span | undefined = this;
    while (span?.leftOut) span = span.parent;
    return span;
  }

  /** The body begins, or goes on in a `catch` or `finally`, to which a failed `await` or a `throw()` may have led. */
  entered(): void {
    this.#enters = true;
    if (!this.#away) return;
    this.#away = false;
    this.#outer = this.#storage.getStore();
    this.#inside = true;
    this.#storage.enterWith(this);
  }

  /** The body is about to wait. */
  awaiting(): void {
    if (this.#detached) return;
    this.#away = true;
    this.leave();
  }

  /** The body goes on behind an `await`. */
  awaited(): void {
    if (this.#detached) return;
    this.#detached = true;
    this.#away = false;
    this.#storage.enterWith(this);
  }

  /** A generator gives a value to who asked, or waits for one to be asked. */
  paused(): void {
    this.#detached = false;
    this.#away = true;
    this.leave();
  }

  /** A generator goes on with what it was sent. */
  resumed(): void {
    if (this.#enters) this.entered();
  }

  /** Runs a step of what the body goes over while it is away: the step is a part of the body. */
  step<T>(method: (...args: unknown[]) => T, self: unknown, args: readonly unknown[]): T {
    if (this.#detached || !this.#enters) return Reflect.apply(method, self, args);
    this.entered();
    try {
      return Reflect.apply(method, self, args);
    } finally {
      this.#away = true;
      this.leave();
    }
  }

  /** Where the caller goes on. */
  leave(): void {
    if (!this.#inside) return;
    this.#inside = false;
    this.#storage.enterWith(this.#outer);
  }

  /** What its row says of it. */
  record(): RowExtras {
    const { id } = this;
    const parent = this.parent?.nearest();
    this.parent = undefined;
    if (parent === undefined) return this.active === undefined ? { id } : { id, ...this.active };
    parent.named = true;
    const place = { id, parent: parent.id };
    return this.active === undefined ? place : { ...place, ...this.active };
  }

  /** Its sample has left it out. */
  leaveOut(): void {
    this.leftOut = true;
    this.parent = this.parent?.nearest();
  }
}
