import type { Attributes } from '@opentelemetry/api';
import type { BillingEvent } from '../event/billing-event.ts';
import { isRecord } from '../event/plain.ts';
import type { GenAiCall } from './gen-ai.ts';

/** The fields of execution metadata that spans carry; whatever else there is, an option may add. */
const CONTEXT = ['tenant_id', 'request_id', 'session_id', 'plan'] as const;

/** What a span says of its event. */
export function spanAttributes(event: BillingEvent, genAi: GenAiCall | undefined): Attributes {
  const { _id, parent, category, provider, service, resource, quantity, unit, amount, currency, outcome } = event;
  const { user, tags, sample_rate, metadata } = event;
  const context = CONTEXT.map((name): [string, unknown] => [`panoptic.${name}`, metadata[name]]);
  return known({
    'code.function.name': metadata.function_name,
    'panoptic.event_id': _id,
    'panoptic.parent_id': parent,
    'panoptic.category': category,
    'panoptic.provider': provider,
    'panoptic.service': service,
    'panoptic.resource': resource,
    'panoptic.quantity': quantity,
    'panoptic.unit': unit,
    'panoptic.amount': amount === undefined ? undefined : Number(amount),
    'panoptic.currency': currency,
    'panoptic.outcome': outcome,
    'panoptic.tags': tags,
    'panoptic.sample_rate': sample_rate,
    'user.id': user,
    'error.type': errorType(event),
    ...Object.fromEntries(context),
    ...(genAi && genAiAttributes(genAi)),
    ...(genAi && {
      'gen_ai.usage.input_tokens': genAi.tokens.input,
      'gen_ai.usage.output_tokens': genAi.tokens.output,
    }),
    ...httpAttributes(metadata.http),
  });
}

/** What tells apart the series of our own metrics. */
export function seriesAttributes(event: BillingEvent): Attributes {
  const { provider, service, outcome, metadata } = event;
  return known({
    'code.function.name': metadata.function_name,
    'panoptic.provider': provider,
    'panoptic.service': service,
    'panoptic.outcome': outcome,
    'error.type': errorType(event),
  });
}

/** What tells apart the series of the metrics of the conventions. */
export const genAiAttributes = ({ operation, provider, requestModel, responseModel }: GenAiCall): Attributes =>
  known({
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': requestModel,
    'gen_ai.response.model': responseModel,
  });

/** The provider's own code where there is one, as the conventions ask for; else the class of the error. */
export const errorType = ({ outcome, error }: BillingEvent): string | undefined =>
  outcome === 'error' ? (error?.code ?? error?.type ?? '_OTHER') : undefined;

/** Of the event of a request, under the names of the conventions for HTTP. */
function httpAttributes(http: unknown): Record<string, unknown> {
  if (!isRecord(http)) return {};
  const { request, response, route } = http;
  return {
    ...(isRecord(request) && { 'http.request.method': request.method }),
    ...(isRecord(response) && { 'http.response.status_code': response.status_code }),
    'http.route': route,
  };
}

/** Only what attributes can be. */
function known(values: Readonly<Record<string, unknown>>): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value) || Array.isArray(value))
      attributes[name] = value as string;
  }
  return attributes;
}
