import type { RowExtras } from '../batch.ts';
import type { ContextStore } from '../state.ts';
import { type ActiveSpan, activeSpan } from './active-span.ts';
import { spanId } from './span-ids.ts';

/**
 * The place of one call among others. The async context of whatever was started in it keeps this for as long as that may
 * go on, so it holds on to nothing else once its call has ended.
 */
export class Span {
  /** OpenTelemetry's span that was active when it began. */
  readonly active: ActiveSpan | undefined = activeSpan();
  /** A recorded call has named it as its parent. */
  named: boolean = false;
  /** It becomes no event: calls inside it belong to the call around it. */
  leftOut: boolean = false;
  /** The call around it; let go of when it has ended, or timers that start timers would keep an endless chain. */
  parent: Span | undefined;
  #id: string | undefined = undefined;

  /** @param around what the async context holds where the call begins */
  constructor(around: ContextStore | undefined) {
    this.parent = around?.span?.nearest();
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
