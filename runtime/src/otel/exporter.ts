import type { EventExporter, RecordedEvent } from '../export/exporter.ts';
import { loadApi } from './load-api.ts';
import { Meters } from './meters.ts';
import { checkOptions, type OpenTelemetryOptions } from './options.ts';
import { SCHEMA, SCOPE } from './scope.ts';
import { SpanMaker } from './span-maker.ts';

/**
 * Makes a span of every event, with the call around it as its parent, and counts and measures what calls used and cost.
 * Calls of models carry the names that OpenTelemetry's conventions have for generative AI.
 *
 * @throws PanopticError PAN4170 when `@opentelemetry/api` is not installed, PAN4173 for an option that is wrong
 * @example
 * createPanoptic({ trace: true, exporters: [openTelemetryExporter()] });
 */
export function openTelemetryExporter(options: OpenTelemetryOptions = {}): EventExporter {
  checkOptions(options);
  const api = loadApi();
  const { spans = true, metrics = true, attributes, metricAttributes } = options;
  // whoever registers an SDK may do so later than this
  const tracers = () => options.tracerProvider ?? api.trace.getTracerProvider();
  const meters = () => options.meterProvider ?? api.metrics.getMeterProvider();
  const maker = spans ? new SpanMaker(api, () => tracers().getTracer(SCOPE, undefined, SCHEMA), attributes) : undefined;
  const meter = metrics ? new Meters(meters, metricAttributes) : undefined;
  return {
    name: 'OpenTelemetry',
    export(events) {
      const failed: unknown[] = [];
      const each = (work: (recorded: RecordedEvent) => void): void => {
        for (const recorded of events) {
          try {
            work(recorded);
          } catch (error) {
            failed.push(error);
          }
        }
      };
      if (maker !== undefined) each((recorded) => maker.add(recorded));
      if (meter !== undefined) each(({ event }) => meter.add(event));
      // the others are there; of those that are not, one reason is enough
      if (failed.length > 0) throw failed[0];
    },
    async flush() {
      maker?.release();
      await Promise.all([forceFlush(spans && tracers()), forceFlush(metrics && meters())]);
    },
  };
}

/** What the API does not know, and SDKs have. */
async function forceFlush(provider: unknown): Promise<void> {
  const { getDelegate } = provider as { getDelegate?(): unknown };
  const real = getDelegate?.call(provider) ?? provider;
  await (real as { forceFlush?(): Promise<void> }).forceFlush?.();
}
