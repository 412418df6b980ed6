import { OUTCOME } from '../instrument/batch.ts';
import { later, now, wallClock } from '../instrument/clock.ts';
import { runOutside } from '../instrument/outside.ts';
import type { ReadCall } from '../instrument/stages.types.ts';
import type { AggregateConfig } from './aggregate.types.ts';
import { type CommonContext, CommonContexts } from './common-contexts.ts';
import { volumeCounts } from './counts.ts';
import { type Measures, measuresOf } from './measures.ts';
import { OnceAMinute } from './once-a-minute.ts';
import { RuleTable } from './rule-table.ts';
import { CallWindow } from './window.ts';
import { windowAround } from './window-around.ts';
import { writeWindow } from './write-window.ts';

/** Windows by what their calls have in common beside the context. */
type InContext = Map<string, CallWindow>;

/** Folds calls that succeeded into windows; those that did not are always recorded on their own. */
export class Windows {
  readonly #lengths: RuleTable<number>;
  readonly #contexts: CommonContexts;
  readonly #maxWindows: number;
  /** By context, in which most of what is compared stands. */
  readonly #byContext: Map<string, InContext> = new Map();
  /** Oldest first, and where each is found. */
  readonly #open: Map<CallWindow, readonly [context: string, key: string]> = new Map();
  readonly #early: OnceAMinute = new OnceAMinute('PAN4161');
  /** When they come. */
  readonly #timers: Set<number> = new Set();

  constructor({ windowMs, rules, context, maxWindows }: AggregateConfig) {
    this.#lengths = new RuleTable(rules, windowMs);
    this.#contexts = new CommonContexts(context);
    this.#maxWindows = maxWindows;
  }

  /** False for a call that is an event of its own. */
  take(call: ReadCall): boolean {
    if (call.outcome !== OUTCOME.ok) return false;
    const length = this.#lengths.of(call);
    if (length <= 0) return false;
    const context = this.#contexts.of(call.snapshot);
    const measures = measuresOf(call);
    if (context === undefined || measures === undefined) return false;
    const key = `${call.site.index} ${measures.key}`;
    const window = this.#byContext.get(context.key)?.get(key);
    if (window?.excludes(call)) return false;
    if (window?.add(call, measures)) {
      volumeCounts().aggregated++;
      return true;
    }
    if (window !== undefined) this.#close(window);
    return this.#begin(call, measures, context, key, length);
  }

  /** Closes all of them, or those whose time is over by `until`, monotonic, ms. */
  close(until: number = Number.POSITIVE_INFINITY): void {
    // a hook that hears of a problem may make calls of its own meanwhile
    for (const window of [...this.#open.keys()]) if (window.deadline <= until) this.#close(window);
  }

  get open(): number {
    return this.#open.size;
  }

  /** False for a call that cannot be in one. */
  #begin(call: ReadCall, measures: Measures, context: CommonContext, key: string, length: number): boolean {
    const epoch = wallClock() - now();
    const window = new CallWindow(call, context.snapshot, windowAround(epoch + call.end, length), epoch);
    if (window.excludes(call)) return false;
    if (this.#open.size >= this.#maxWindows) this.#closeOldest(call.end);
    window.add(call, measures);
    this.#open.set(window, [context.key, key]);
    let inContext = this.#byContext.get(context.key);
    if (inContext === undefined) this.#byContext.set(context.key, (inContext = new Map()));
    inContext.set(key, window);
    this.#arm(window.deadline);
    return true;
  }

  #close(window: CallWindow): void {
    const place = this.#open.get(window);
    if (place === undefined) return;
    const [context, key] = place;
    this.#open.delete(window);
    const inContext = this.#byContext.get(context);
    inContext?.delete(key);
    if (inContext?.size === 0) this.#byContext.delete(context);
    writeWindow(window);
  }

  #closeOldest(at: number): void {
    const [oldest] = this.#open.keys();
    if (oldest === undefined) return;
    this.#close(oldest);
    const counts = volumeCounts();
    counts.windowsClosedEarly++;
    this.#early.say(
      at,
      () =>
        `${counts.windowsClosedEarly} windows so far were closed early, because more than ${this.#maxWindows} would be open: ` +
        'raise aggregate.maxWindows, or name in aggregate.context what they have to have in common.',
    );
  }

  /** A timer is never taken back: it finds that there is nothing to do, or what has become due since. */
  #arm(deadline: number): void {
    for (const at of this.#timers) if (at <= deadline) return;
    this.#timers.add(deadline);
    runOutside(() =>
      later(
        () => {
          this.#timers.delete(deadline);
          this.close(now());
          const next = Math.min(...Array.from(this.#open.keys(), (window) => window.deadline));
          if (next < Number.POSITIVE_INFINITY) this.#arm(next);
        },
        Math.max(1, deadline - now()),
      ),
    );
  }
}
