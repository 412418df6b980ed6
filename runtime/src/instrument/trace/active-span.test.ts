import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOffSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearMemoryEvents, createPanoptic, memoryEvents } from '../../index.ts';
import { activeSpan } from './active-span.ts';

const panoptic = createPanoptic({ transport: 'memory', project: 'trace', trace: true });
const work = panoptic.wrap(function work() {}, { provider: 'System' });

beforeEach(() => clearMemoryEvents());
afterEach(() => {
  context.disable();
  trace.disable();
});

function use(provider: BasicTracerProvider = new BasicTracerProvider()): BasicTracerProvider {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  trace.setGlobalTracerProvider(provider);
  return provider;
}

it('is nothing without an SDK, and without a span', () => {
  work();
  expect(activeSpan()).toBeUndefined();
  use();
  work();
  expect(activeSpan()).toBeUndefined();
  expect(memoryEvents().map((event) => event.trace)).toEqual([undefined, undefined]);
});

it('gives events the ids of the span they were called in, across awaits', async () => {
  const tracer = use().getTracer('app');
  const later = panoptic.wrapAsync(
    async function later() {
      await null;
      work();
    },
    { provider: 'System' },
  );
  const ids = await tracer.startActiveSpan('request', async (span) => {
    work();
    await later();
    const { traceId: trace_id, spanId: span_id } = span.spanContext();
    span.end();
    return { trace_id, span_id };
  });
  work();
  expect(memoryEvents().map((event) => event.trace)).toEqual([ids, ids, ids, undefined]);
});

it('is what the context of the call says before what its metadata says', () => {
  const tracer = use().getTracer('app');
  const span = tracer.startSpan('request');
  const { traceId, spanId } = span.spanContext();
  const wrapped = panoptic.wrap(function wrapped() {}, {
    provider: 'System',
    context: { trace_id: 'from a header', span_id: 'of a caller' },
  });
  wrapped();
  context.with(trace.setSpan(ROOT_CONTEXT, span), wrapped);
  expect(memoryEvents().map((event) => event.trace)).toEqual([
    { trace_id: 'from a header', span_id: 'of a caller' },
    { trace_id: traceId, span_id: spanId },
  ]);
});

it('says when nobody keeps the trace', () => {
  const tracer = use(new BasicTracerProvider({ sampler: new AlwaysOffSampler() })).getTracer('app');
  tracer.startActiveSpan('request', (span) => {
    const { traceId: trace_id, spanId: span_id } = span.spanContext();
    expect(activeSpan()).toEqual({ trace: { trace_id, span_id }, unsampled: true });
  });
});

it('survives a span that throws', () => {
  use();
  const broken = { spanContext: () => JSON.parse('no JSON') };
  const key = Symbol.for('OpenTelemetry Context Key SPAN');
  context.with(ROOT_CONTEXT.setValue(key, broken), () => expect(activeSpan()).toBeUndefined());
});
