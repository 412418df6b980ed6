import { scopeOf } from '../scope.ts';
import type { CallContext, ContextHolder, ContextSnapshot, ContextStore, EnterableStorage } from '../state.ts';
import { Span } from './span.ts';

/**
 * The store of the async context while the body of a call runs, so that calls inside find it.
 *
 * The body stays where it is, so nothing runs in a scope of its own (`AsyncLocalStorage.run` would need a function, and
 * an asynchronous one three more microtasks): the store is entered where the body runs and left where the caller does.
 * What continues behind an `await` runs in a microtask of its own, whose store nobody else sees; from there the call need
 * not leave any more.
 */
export class CallScope implements CallContext {
  readonly span: Span;
  readonly scope: ContextHolder | undefined;
  readonly #storage: EnterableStorage;
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
    this.span = new Span(store);
  }

  get isCall(): true {
    return true;
  }

  /** What untraced calls inside read, as they would from a scope. */
  get snapshot(): ContextSnapshot | undefined {
    return this.scope?.snapshot;
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
    this.#leave();
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
    this.#leave();
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
      this.#leave();
    }
  }

  /** The body has ended. */
  ended(): void {
    this.#leave();
    // what was started in the call keeps this, and must not keep what was around it
    this.#outer = undefined;
  }

  #leave(): void {
    if (!this.#inside) return;
    this.#inside = false;
    this.#storage.enterWith(this.#outer);
  }
}
