import type { Attributes, Counter, Histogram, Meter, MeterProvider } from '@opentelemetry/api';
import type { BillingEvent } from '../event/billing-event.ts';
import { errorType, genAiAttributes, seriesAttributes } from './attributes.ts';
import { type GenAiCall, genAiCall } from './gen-ai.ts';
import { SCHEMA, SCOPE } from './scope.ts';

/** As the conventions advise. */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);

/** For calls of anything, from a tenth of a millisecond on. */
const ANY_SECONDS = [0.0001, 0.001, ...SECONDS];

interface Instruments {
  readonly calls: Counter;
  readonly quantity: Counter;
  readonly amount: Counter;
  readonly duration: Histogram;
  readonly genAiDuration: Histogram;
  readonly genAiTokens: Histogram;
}

/**
 * Counts calls, what they used and what that cost. Counters count what events stand for, `sample_rate` and windows
 * included; histograms, which cannot, hold the calls that have events of their own.
 */
export class Meters {
  readonly #provider: () => MeterProvider;
  readonly #more: ((event: BillingEvent) => Attributes) | undefined;
  #instruments: { readonly of: MeterProvider; readonly made: Instruments } | undefined;

  constructor(provider: () => MeterProvider, more: ((event: BillingEvent) => Attributes) | undefined) {
    this.#provider = provider;
    this.#more = more;
  }

  add(event: BillingEvent): void {
    const { window, quantity, unit, amount, currency, sample_rate = 1 } = event;
    const instruments = this.#current();
    const more = this.#more?.(event);
    const series = { ...seriesAttributes(event), ...more };
    const weight = sample_rate > 0 ? 1 / sample_rate : 1;
    instruments.calls.add((window?.count ?? 1) * weight, series);
    if (quantity > 0) instruments.quantity.add(quantity * weight, { ...series, 'panoptic.unit': unit });
    if (amount !== undefined && Number(amount) > 0) {
      instruments.amount.add(Number(amount) * weight, { ...series, 'panoptic.currency': currency });
    }
    if (window !== undefined) return;
    const seconds = event.metadata.duration_ms / 1000;
    instruments.duration.record(seconds, series);
    const genAi = genAiCall(event);
    if (genAi !== undefined) addGenAi(instruments, event, genAi, seconds, more);
  }

  /** Instruments made before an SDK was registered do nothing for ever. */
  #current(): Instruments {
    const of = this.#provider();
    if (this.#instruments?.of !== of) {
      this.#instruments = { of, made: instrumentsOf(of.getMeter(SCOPE, undefined, SCHEMA)) };
    }
    return this.#instruments.made;
  }
}

function addGenAi(
  { genAiDuration, genAiTokens }: Instruments,
  event: BillingEvent,
  genAi: GenAiCall,
  seconds: number,
  more: Attributes | undefined,
): void {
  const series = { ...genAiAttributes(genAi), ...more };
  const failed = errorType(event);
  genAiDuration.record(seconds, failed === undefined ? series : { ...series, 'error.type': failed });
  for (const type of ['input', 'output'] as const) {
    const tokens = genAi.tokens[type];
    if (tokens !== undefined) genAiTokens.record(tokens, { ...series, 'gen_ai.token.type': type });
  }
}

const instrumentsOf = (meter: Meter): Instruments => ({
  calls: meter.createCounter('panoptic.calls', { unit: '{call}', description: 'Billable calls.' }),
  quantity: meter.createCounter('panoptic.quantity', {
    unit: '1',
    description: 'What billable calls used, in panoptic.unit.',
  }),
  amount: meter.createCounter('panoptic.amount', {
    unit: '1',
    description: 'What billable calls cost, in panoptic.currency, where their amount is known.',
  }),
  duration: meter.createHistogram('panoptic.call.duration', {
    unit: 's',
    description: 'Duration of billable calls.',
    advice: { explicitBucketBoundaries: ANY_SECONDS },
  }),
  genAiDuration: meter.createHistogram('gen_ai.client.operation.duration', {
    unit: 's',
    description: 'GenAI operation duration.',
    advice: { explicitBucketBoundaries: SECONDS },
  }),
  genAiTokens: meter.createHistogram('gen_ai.client.token.usage', {
    unit: '{token}',
    description: 'Number of input and output tokens used.',
    advice: { explicitBucketBoundaries: TOKENS },
  }),
});
