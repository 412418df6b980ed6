import type { Attributes, MeterProvider, TracerProvider } from '@opentelemetry/api';
import { PanopticError, type Problem } from '../config/error.ts';
import { isObject } from '../config/values.ts';
import type { BillingEvent } from '../event/billing-event.ts';

export interface OpenTelemetryOptions {
  /** Makes the spans. @default the one that the application has registered */
  tracerProvider?: TracerProvider;
  /** Makes the metrics. @default the one that the application has registered */
  meterProvider?: MeterProvider;
  /** Whether calls become spans. @default true */
  spans?: boolean;
  /** Whether calls are counted and measured. @default true */
  metrics?: boolean;
  /** More attributes of an event's span; they win over its own. */
  attributes?: (event: BillingEvent) => Attributes;
  /** More attributes of metrics, such as the tenant; each value they can have makes a series of its own. */
  metricAttributes?: (event: BillingEvent) => Attributes;
}

const has =
  (method: string) =>
  (value: unknown): boolean =>
    typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[method] === 'function';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isFunction = (value: unknown): boolean => typeof value === 'function';

/** Each option: what it must be, in words and as a test. */
const ACCEPTED: Readonly<Record<keyof OpenTelemetryOptions, [words: string, accepts: (value: unknown) => boolean]>> = {
  tracerProvider: ['a TracerProvider', has('getTracer')],
  meterProvider: ['a MeterProvider', has('getMeter')],
  spans: ['true or false', isFlag],
  metrics: ['true or false', isFlag],
  attributes: ['a function that gives attributes', isFunction],
  metricAttributes: ['a function that gives attributes', isFunction],
};

/** @throws PanopticError PAN4173 that lists every option that is wrong */
export function checkOptions(options: object): void {
  if (!isObject(options)) {
    const message = 'The options of openTelemetryExporter must be an object.';
    throw new PanopticError([{ code: 'PAN4173', name: 'openTelemetryExporter', message }]);
  }
  const problems = Object.entries(options).flatMap(([name, value]): Problem[] => {
    const known = Object.hasOwn(ACCEPTED, name) ? ACCEPTED[name as keyof OpenTelemetryOptions] : undefined;
    if (known !== undefined && (value === undefined || known[1](value))) return [];
    const path = `openTelemetryExporter.${name}`;
    const message = known
      ? `${path} must be ${known[0]}.`
      : `${path} is no option. Known: ${Object.keys(ACCEPTED).join(', ')}.`;
    return [{ code: 'PAN4173', name: path, message }];
  });
  if (problems.length > 0) throw new PanopticError(problems);
}
