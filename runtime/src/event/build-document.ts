import { type Decimal128, ObjectId } from 'bson';
import { maskUris } from '../config/mask-uri.ts';
import { type ErrorFacts, OUTCOME, type RowExtras } from '../instrument/batch.ts';
import type { CallValues, SiteInfo } from '../instrument/site.types.ts';
import type { Outcome, Price, Window } from './billing-event.ts';
import type { BillingDocument } from './document.ts';
import { readFields } from './fields.ts';
import { readMetadata } from './metadata.ts';

/** What every event of the process has in common. */
export interface Origin {
  readonly project: string;
  readonly env: string;
  readonly username: string;
  readonly commit: string | undefined;
}

/** One row of a batch. */
export interface CallFacts {
  readonly id: ObjectId;
  /** Wall clock, ms since 1970. */
  readonly startMs: number;
  readonly durationMs: number;
  /** `OUTCOME` */
  readonly outcome: number;
  readonly error: ErrorFacts | undefined;
  readonly context: Readonly<Record<string, unknown>> | undefined;
  readonly values: CallValues | undefined;
  readonly extras: RowExtras | undefined;
}

/** A document before its absent fields are left out. */
export type DraftDocument = { [key in keyof BillingDocument]: BillingDocument[key] | undefined };

const OUTCOMES: readonly Outcome[] = ['ok', 'error', 'aborted'];

/**
 * One call in BSON form: the one place that says which fields an event has, from what, and in which order, which is that
 * of `BillingEventBase`. `freeze/` writes the same bytes sooner, from a template that is made of what this gives.
 */
export function buildDocument(site: SiteInfo, origin: Origin, facts: CallFacts): DraftDocument {
  const { values, outcome, extras } = facts;
  const { requestId, ...fields } = readFields(site, values);
  const { metadata, user, trace } = readMetadata(
    site,
    contextOf(site, facts.context),
    values,
    requestId,
    facts.durationMs,
    extras?.activeMs,
  );
  const sample = extras?.sampleRate ?? (outcome === OUTCOME.ok ? site.sample : undefined);
  return {
    v: 1,
    _id: facts.id,
    ts: new Date(facts.startMs),
    projectId: origin.project,
    env: origin.env,
    username: origin.username,
    user: fields.user ?? user,
    category: fields.category,
    provider: site.provider,
    service: fields.service,
    resource: fields.resource,
    model: fields.model,
    site: site.id,
    usage: fields.usage,
    quantity: fields.quantity,
    unit: fields.unit,
    amount: fields.amount,
    currency: fields.currency,
    price: priceOf(fields.amount),
    outcome: OUTCOMES[outcome] ?? 'ok',
    error: withoutSecrets(facts.error),
    parent: extras?.parent === undefined ? undefined : new ObjectId(extras.parent),
    trace: extras?.trace ?? trace,
    tags: fields.tags,
    sample_rate: sample !== undefined && sample < 1 ? sample : undefined,
    window: windowOf(extras?.window),
    commit: origin.commit,
    body: site.body,
    metadata,
  };
}

/** The execution metadata that a site's events carry. */
export const contextOf = (site: SiteInfo, context: CallFacts['context']): CallFacts['context'] =>
  site.context === 'none' ? undefined : context;

const windowOf = (window: Window<number> | undefined): Window<Date> | undefined =>
  window && { ...window, from: new Date(window.from), to: new Date(window.to) };

/** How the amount came about. */
export const priceOf = (amount: unknown): Price<Decimal128> =>
  amount === undefined || amount === null
    ? { status: 'unpriced', reason: 'no rate card' }
    : { status: 'priced', method: 'annotation' };

/** Drivers put the connection string into their messages. */
export function withoutSecrets(error: ErrorFacts | undefined): ErrorFacts | undefined {
  if (error === undefined) return undefined;
  const { message, stack } = error;
  return { ...error, message: maskUris(message), ...(stack === undefined ? {} : { stack: maskUris(stack) }) };
}
