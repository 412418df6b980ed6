import type { Attributes, Context, HrTime, SpanContext, Tracer } from '@opentelemetry/api';
import { Lru } from '../event/lru.ts';
import type { RecordedEvent } from '../export/exporter.ts';
import { later, now } from '../instrument/clock.ts';
import { spanAttributes } from './attributes.ts';
import { genAiCall } from './gen-ai.ts';
import type { OpenTelemetryApi } from './load-api.ts';

/** How long a call waits for the one around it to end, ms. */
const PATIENCE_MS = 60_000;

/** How many wait at most; those that have waited longest make room. */
const MAX_WAITING = 10_000;

/** Calls remembered for what begins in them after they have ended. */
const MAX_REMEMBERED = 10_000;

/** Calls that wait for one other. */
interface Waiting {
  readonly since: number;
  readonly children: RecordedEvent[];
}

/**
 * Makes spans of calls that have ended. Calls inside end first, and a span must have its parent when it is made, so they
 * wait for the call around them; one that takes too long is not waited for, and its calls get the span that was active when
 * they began as their parent.
 */
export class SpanMaker {
  readonly #api: OpenTelemetryApi;
  readonly #tracer: () => Tracer;
  readonly #more: ((event: RecordedEvent['event']) => Attributes) | undefined;
  readonly #made: Lru<string, SpanContext> = new Lru(MAX_REMEMBERED);
  /** By the `_id` they wait for, in the order in which that began. */
  readonly #waiting: Map<string, Waiting> = new Map();
  #waitingCount = 0;
  #armed = false;

  constructor(
    api: OpenTelemetryApi,
    tracer: () => Tracer,
    more: ((event: RecordedEvent['event']) => Attributes) | undefined,
  ) {
    this.#api = api;
    this.#tracer = tracer;
    this.#more = more;
  }

  add(recorded: RecordedEvent): void {
    const { parent, window } = recorded.event;
    // many calls in one event are no span
    if (window !== undefined) return;
    const around = parent === undefined ? undefined : this.#made.get(parent);
    if (parent !== undefined && around === undefined) this.#wait(parent, recorded);
    else this.#make(recorded, around);
  }

  /** Makes the spans of all that wait. */
  release(since: number = Number.POSITIVE_INFINITY): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.since > since) return;
      this.#waiting.delete(id);
      this.#waitingCount -= waiting.children.length;
      for (const child of waiting.children) this.#make(child, undefined);
    }
  }

  #wait(parent: string, recorded: RecordedEvent): void {
    const waiting = this.#waiting.get(parent);
    if (waiting !== undefined) waiting.children.push(recorded);
    else this.#waiting.set(parent, { since: now(), children: [recorded] });
    this.#waitingCount++;
    const [oldest] = this.#waiting.values();
    if (this.#waitingCount > MAX_WAITING && oldest !== undefined) this.release(oldest.since);
    this.#arm();
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    later(() => {
      this.#armed = false;
      this.release(now() - PATIENCE_MS);
      if (this.#waiting.size > 0) this.#arm();
    }, PATIENCE_MS);
  }

  /** The span of a call, and of those that have waited for it. */
  #make(recorded: RecordedEvent, around: SpanContext | undefined): void {
    const open: [RecordedEvent, SpanContext | undefined][] = [[recorded, around]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [one, parent] = next;
      const { _id } = one.event;
      const made = this.#span(one, parent);
      this.#made.set(_id, made);
      const waiting = this.#waiting.get(_id);
      if (waiting === undefined) continue;
      this.#waiting.delete(_id);
      this.#waitingCount -= waiting.children.length;
      for (const child of waiting.children) open.push([child, made]);
    }
  }

  #span(recorded: RecordedEvent, parent: SpanContext | undefined): SpanContext {
    const { SpanKind, SpanStatusCode } = this.#api;
    const { event, startMs } = recorded;
    const { metadata, outcome, error, category } = event;
    const genAi = genAiCall(event);
    const isRequest = metadata.http !== undefined;
    const span = this.#tracer().startSpan(
      genAi ? [genAi.operation, genAi.requestModel].filter(Boolean).join(' ') : metadata.function_name,
      {
        kind: isRequest ? SpanKind.SERVER : category === 'SYSTEM' ? SpanKind.INTERNAL : SpanKind.CLIENT,
        startTime: hrTime(startMs),
        attributes: { ...spanAttributes(event, genAi), ...this.#more?.(event) },
      },
      this.#contextOf(recorded, parent),
    );
    const end = hrTime(startMs + metadata.duration_ms);
    if (outcome === 'error' && error !== undefined) {
      const { type: name, message, code, stack } = error;
      span.recordException({ name, message, ...(code && { code }), ...(stack && { stack }) }, end);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
    }
    span.end(end);
    return span.spanContext();
  }

  #contextOf({ event, unsampled }: RecordedEvent, parent: SpanContext | undefined): Context {
    const { ROOT_CONTEXT, trace, TraceFlags } = this.#api;
    if (parent !== undefined) return trace.setSpanContext(ROOT_CONTEXT, parent);
    if (event.trace === undefined) return ROOT_CONTEXT;
    const { trace_id: traceId, span_id: spanId } = event.trace;
    const traceFlags = unsampled ? TraceFlags.NONE : TraceFlags.SAMPLED;
    return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags });
  }
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
