import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PanopticError } from '../config/error.ts';
import { createPanoptic, flush, type Panoptic, withExecutionMetadata } from '../index.ts';
import { openTelemetryExporter } from './exporter.ts';
import type { OpenTelemetryOptions } from './options.ts';

const spans = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  trace.setGlobalTracerProvider(tracerProvider);
});
afterEach(() => {
  context.disable();
  trace.disable();
  spans.reset();
  createPanoptic({ transport: 'memory' });
});

function start(options: OpenTelemetryOptions = { tracerProvider, metrics: false }): Panoptic {
  return createPanoptic({
    transport: 'memory',
    project: 'shop',
    trace: true,
    exporters: [openTelemetryExporter(options)],
  });
}

/** The spans, once everything is exported, by name. */
async function exported(): Promise<Record<string, ReadableSpan>> {
  await flush();
  return Object.fromEntries(spans.getFinishedSpans().map((span) => [span.name, span]));
}

const msOf = ([seconds, nanoseconds]: readonly [number, number]): number => seconds * 1000 + nanoseconds / 1e6;

describe('spans', () => {
  it('have the times, the status and the facts of their calls', async () => {
    const { wrap } = start();
    const sleeps = wrap(
      async function sleeps(ms: number) {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return ms;
      },
      {
        provider: 'Redis',
        service: 'cache',
        quantity: (ms) => ms,
        unit: 'ms',
        amount: '0.25',
        tags: ['a', 'b'],
        user: 'u1',
      },
    );
    const before = Date.now();
    await withExecutionMetadata({ tenant_id: 'ada', secret: 'not told' }, () => sleeps(20));
    const { sleeps: span } = await exported();
    expect(span).toMatchObject({
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
      instrumentationScope: { name: '@panoptic/runtime', schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' },
    });
    expect(span?.attributes).toEqual({
      'code.function.name': 'sleeps',
      'panoptic.event_id': expect.stringMatching(/^[0-9a-f]{24}$/),
      'panoptic.category': 'CACHE',
      'panoptic.provider': 'Redis',
      'panoptic.service': 'cache',
      'panoptic.resource': 'sleeps',
      'panoptic.quantity': 20,
      'panoptic.unit': 'ms',
      'panoptic.amount': 0.25,
      'panoptic.currency': 'USD',
      'panoptic.outcome': 'ok',
      'panoptic.tags': ['a', 'b'],
      'panoptic.tenant_id': 'ada',
      'user.id': 'u1',
    });
    const [began, ended] = [msOf(span?.startTime ?? [0, 0]), msOf(span?.endTime ?? [0, 0])];
    expect(began).toBeGreaterThan(before - 100);
    expect(ended - began).toBeGreaterThan(19);
    expect(ended).toBeLessThan(Date.now() + 100);
  });

  it('say what has failed', async () => {
    const { wrap } = start();
    const fails = wrap(
      function fails() {
        throw Object.assign(new RangeError('too many'), { code: 'rate_limit_exceeded' });
      },
      { provider: 'System' },
    );
    const aborts = wrap(
      function aborts() {
        AbortSignal.abort().throwIfAborted();
      },
      { provider: 'System' },
    );
    expect(fails).toThrow();
    expect(aborts).toThrow();
    const { fails: failed, aborts: aborted } = await exported();
    expect(failed).toMatchObject({
      kind: SpanKind.INTERNAL,
      status: { code: SpanStatusCode.ERROR, message: 'too many' },
      attributes: { 'error.type': 'rate_limit_exceeded', 'panoptic.outcome': 'error' },
      events: [
        {
          name: 'exception',
          time: failed?.endTime,
          attributes: { 'exception.type': 'rate_limit_exceeded', 'exception.message': 'too many' },
        },
      ],
    });
    expect(aborted).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'panoptic.outcome': 'aborted' },
      events: [],
    });
  });

  it('have the call around them as their parent, and the active span above that', async () => {
    const { wrap } = start();
    const leaf = wrap(function leaf() {}, { provider: 'System' });
    const middle = wrap(
      async function middle() {
        leaf();
        await null;
      },
      { provider: 'System' },
    );
    let late: Promise<void> | undefined;
    const outer = wrap(
      async function outer() {
        await middle();
        late = new Promise((resolve) => setTimeout(resolve, 5)).then(() =>
          wrap(function after() {}, { provider: 'System' })(),
        );
      },
      { provider: 'System' },
    );
    await tracerProvider.getTracer('app').startActiveSpan('request', async (span) => {
      await outer();
      span.end();
    });
    const first = await exported();
    await late;
    const all = { ...first, ...(await exported()) };
    const id = (name: string) => all[name]?.spanContext().spanId;
    expect(Object.values(all).map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId])).toEqual([
      ['request', undefined],
      ['outer', id('request')],
      ['middle', id('outer')],
      ['leaf', id('middle')],
      ['after', id('outer')],
    ]);
    expect(new Set(Object.values(all).map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(all.leaf?.attributes['panoptic.parent_id']).toBe(all.middle?.attributes['panoptic.event_id']);
  });

  it('do not wait for ever: a flush, or a minute, makes those whose call goes on', async () => {
    const { wrap, wrapAsync } = start();
    const leaf = wrap(function leaf() {}, { provider: 'System' });
    let end = (): void => {};
    const long = wrapAsync(
      async function long() {
        leaf();
        await new Promise<void>((resolve) => {
          end = resolve;
        });
      },
      { provider: 'System' },
    );
    const running = tracerProvider.getTracer('app').startActiveSpan('request', (span) => {
      span.end();
      return long();
    });
    const { leaf: early, request } = await exported();
    expect(early?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
    end();
    await running;
    const { long: late } = await exported();
    expect(late?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
    expect(early?.attributes['panoptic.parent_id']).toBe(late?.attributes['panoptic.event_id']);
  });

  it('are not there for a trace that its sampler leaves out', async () => {
    const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0) });
    const off = new BasicTracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(spans)] });
    trace.disable();
    trace.setGlobalTracerProvider(off);
    const { wrap } = start({
      tracerProvider: new BasicTracerProvider({
        sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(1) }),
        spanProcessors: [new SimpleSpanProcessor(spans)],
      }),
      metrics: false,
    });
    const leaf = wrap(function leaf() {}, { provider: 'System' });
    const outer = wrap(
      function outer() {
        leaf();
      },
      { provider: 'System' },
    );
    off.getTracer('app').startActiveSpan('request', (span) => {
      outer();
      span.end();
    });
    outer();
    await flush();
    expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual(['outer', 'leaf']);
  });

  it('take more attributes, and lose no other where that fails', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { wrap } = start({
      tracerProvider,
      metrics: false,
      attributes: ({ metadata }) => {
        if (metadata.function_name === 'bad') throw new Error('no');
        return { 'app.function': metadata.function_name, 'panoptic.service': 'mine' };
      },
    });
    wrap(function bad() {}, { provider: 'System' })();
    wrap(function good() {}, { provider: 'System', service: 'theirs' })();
    const made = await exported();
    expect(Object.keys(made)).toEqual(['good']);
    expect(made.good?.attributes).toMatchObject({ 'app.function': 'good', 'panoptic.service': 'mine' });
    vi.restoreAllMocks();
  });

  it('carry the names of the conventions for calls of models', async () => {
    const { wrap } = start();
    const usage = { prompt_tokens: 12, completion_tokens: 80, total_tokens: 92 };
    wrap(function ask() {}, { provider: 'OpenAI', service: 'chat', model: 'gpt-4o-2024-08-06', usage })();
    wrap(function embed() {}, {
      provider: 'AWS',
      service: 'Embeddings',
      model: 'titan',
      usage: { inputTokens: 5 },
      attributes: { request_model: 'titan-alias' },
    })();
    const made = await exported();
    expect(made['chat gpt-4o-2024-08-06']).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-2024-08-06',
        'gen_ai.response.model': 'gpt-4o-2024-08-06',
        'gen_ai.usage.input_tokens': 12,
        'gen_ai.usage.output_tokens': 80,
      },
    });
    expect(made['embeddings titan-alias']?.attributes).toMatchObject({
      'gen_ai.provider.name': 'aws.bedrock',
      'gen_ai.response.model': 'titan',
      'gen_ai.usage.input_tokens': 5,
    });
    expect(made['embeddings titan-alias']?.attributes).not.toHaveProperty('gen_ai.usage.output_tokens');
  });
});

describe('metrics', () => {
  interface Point {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly value: unknown;
  }

  const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);

  function meter(options: OpenTelemetryOptions = {}): Panoptic {
    memory.reset();
    const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 1_000_000 });
    return start({ spans: false, meterProvider: new MeterProvider({ readers: [reader] }), ...options });
  }

  async function measured(): Promise<Record<string, Point[]>> {
    await flush();
    const metrics = memory.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    return Object.fromEntries(
      metrics.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ attributes, value }) => ({
          attributes,
          value:
            typeof value === 'number' ? value : { count: value.count, sum: 'sum' in value ? value.sum : undefined },
        })),
      ]),
    );
  }

  it('count calls, what they used and what they cost, for those that were left out as well', async () => {
    const { wrap } = meter({ metricAttributes: ({ metadata }) => ({ tenant: String(metadata.tenant_id) }) });
    const half = wrap(function half() {}, {
      provider: 'Stripe',
      sample: 0.5,
      quantity: 2,
      unit: 'charge',
      amount: '0.3',
    });
    withExecutionMetadata({ tenant_id: 'ada' }, () => {
      for (let n = 0; n < 400; n++) half();
    });
    const { 'panoptic.calls': calls, 'panoptic.quantity': quantity, 'panoptic.amount': amount } = await measured();
    const series = {
      'code.function.name': 'half',
      'panoptic.provider': 'Stripe',
      'panoptic.outcome': 'ok',
      tenant: 'ada',
    };
    const counted = Number(calls?.[0]?.value);
    // six standard deviations of what the sample may do
    expect(Math.abs(counted - 400)).toBeLessThan(6 * 2 * Math.sqrt(400 / 4));
    expect(calls).toEqual([{ attributes: series, value: counted }]);
    expect(quantity).toEqual([{ attributes: { ...series, 'panoptic.unit': 'charge' }, value: 2 * counted }]);
    expect(amount).toEqual([
      { attributes: { ...series, 'panoptic.currency': 'USD' }, value: expect.closeTo(0.3 * counted, 6) },
    ]);
  });

  it('measure the calls of models as the conventions say', async () => {
    const { wrap } = meter();
    const usage = { input_tokens: 10, output_tokens: 4, cache_read_input_tokens: 90 };
    const ask = wrap(
      function ask(fails: boolean) {
        if (fails) throw Object.assign(new Error('busy'), { code: 'overloaded_error' });
      },
      { provider: 'Anthropic', service: 'messages', model: 'claude-sonnet', usage },
    );
    ask(false);
    ask(false);
    expect(() => ask(true)).toThrow();
    const series = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet',
      'gen_ai.response.model': 'claude-sonnet',
    };
    const made = await measured();
    expect(made['gen_ai.client.token.usage']).toEqual([
      { attributes: { ...series, 'gen_ai.token.type': 'input' }, value: { count: 3, sum: 300 } },
      { attributes: { ...series, 'gen_ai.token.type': 'output' }, value: { count: 3, sum: 12 } },
    ]);
    expect(made['gen_ai.client.operation.duration']).toEqual([
      { attributes: series, value: { count: 2, sum: expect.any(Number) } },
      { attributes: { ...series, 'error.type': 'overloaded_error' }, value: { count: 1, sum: expect.any(Number) } },
    ]);
  });

  it('count what one event of a window stands for', async () => {
    const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 1_000_000 });
    memory.reset();
    const meterProvider = new MeterProvider({ readers: [reader] });
    const exporter = openTelemetryExporter({ spans: false, meterProvider });
    const { wrap } = createPanoptic({ transport: 'memory', aggregate: { windowMs: 60_000 }, exporters: [exporter] });
    const often = wrap(function often() {}, { provider: 'Redis', quantity: 3 });
    for (let n = 0; n < 50; n++) often();
    const made = await measured();
    expect(made['panoptic.calls']).toMatchObject([{ value: 50 }]);
    expect(made['panoptic.quantity']).toMatchObject([{ value: 150 }]);
    expect(made['panoptic.call.duration'] ?? []).toEqual([]);
  });
});

it.each([
  [{ tracerProvider: {} }, 'openTelemetryExporter.tracerProvider must be a TracerProvider.'],
  [{ spans: 'yes' }, 'openTelemetryExporter.spans must be true or false.'],
  [null, 'The options of openTelemetryExporter must be an object.'],
  [5, 'The options of openTelemetryExporter must be an object.'],
  [{ tracer: 1 }, 'openTelemetryExporter.tracer is no option. Known: tracerProvider, '],
])('refuses %j', (options, message) => {
  try {
    openTelemetryExporter(options as OpenTelemetryOptions);
    expect.unreachable();
  } catch (error) {
    const [problem] = (error as PanopticError).problems;
    expect(problem?.code).toBe('PAN4173');
    expect(problem?.message).toContain(message);
  }
});
