import { type Batch, type ErrorFacts, OUTCOME, type RowExtras } from '../instrument/batch.ts';
import type { CallValues, SiteInfo } from '../instrument/site.types.ts';
import type { BillingEventBase, Outcome, Price, Window } from './billing-event.ts';
import { readFields, type ValueRules } from './fields.ts';
import { readMetadata } from './metadata.ts';
import { withoutKnownSecrets } from './secrets.ts';

/** What every event of the process has in common. */
export interface Origin {
  readonly project: string;
  readonly env: string;
  readonly username: string;
  readonly commit: string | undefined;
  /** What errors must not tell, beside well-known secrets. */
  readonly redact?: readonly (string | RegExp)[] | undefined;
}

/** As far as somebody knows: a browser leaves it to the server. */
export type PartialOrigin = { readonly [key in keyof Origin]: Origin[key] | undefined };

/** One row of a batch. */
export interface CallFacts {
  /** The `_id`, 24 hex digits. */
  readonly id: string;
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

/** How one of the two forms of an event writes what they write differently: BSON in `bson-form.ts`, JSON in `json-form.ts`. */
export interface EventForm<Id, Decimal, Time> {
  /** From 24 hex digits. */
  id(hex: string): Id;
  /** From ms since 1970. */
  time(ms: number): Time;
  withoutSecrets(error: ErrorFacts, origin: Pick<Origin, 'redact'>): ErrorFacts;
  readonly rules: ValueRules<Decimal>;
}

/** An event before its absent fields are left out. */
export type Draft<Event> = { [key in keyof Event]: Event[key] | undefined };

/** A row as `buildEvent` takes it. */
export function factsOf(batch: Batch, row: number, id: string): CallFacts {
  return {
    id,
    startMs: batch.epoch + (batch.start[row] ?? 0),
    durationMs: batch.duration[row] ?? 0,
    outcome: batch.outcome[row] ?? OUTCOME.ok,
    error: batch.errors.get(row),
    context: batch.contexts[batch.context[row] ?? 0],
    values: batch.values.get(row),
    extras: batch.extras.get(row),
  };
}

const OUTCOMES: readonly Outcome[] = ['ok', 'error', 'aborted'];

/**
 * One call as an event: the one place that says which fields an event has, from what, and in which order, which is that
 * of `BillingEventBase`. `freeze/` writes the bytes of the BSON form sooner, from a template that is made of what this gives.
 */
export function buildEvent<Id, Decimal, Time>(
  form: EventForm<Id, Decimal, Time>,
  site: SiteInfo,
  origin: PartialOrigin,
  facts: CallFacts,
): Draft<BillingEventBase<Id, Decimal, Time>> {
  const { values, outcome, extras } = facts;
  const { requestId, ...fields } = readFields(form.rules, site, values);
  const { metadata, user, trace } = readMetadata(
    site,
    contextOf(site, facts.context),
    values,
    requestId,
    facts.durationMs,
    extras,
  );
  const sample = extras?.sampleRate ?? (outcome === OUTCOME.ok ? site.sample : undefined);
  return {
    v: 1,
    _id: form.id(facts.id),
    ts: form.time(facts.startMs),
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
    error: facts.error && form.withoutSecrets(facts.error, origin),
    parent: extras?.parent === undefined ? undefined : form.id(extras.parent),
    trace: extras?.trace ?? trace,
    tags: fields.tags,
    sample_rate: sample !== undefined && sample < 1 ? sample : undefined,
    window: windowOf(form, extras?.window),
    commit: origin.commit,
    body: site.body,
    metadata,
  };
}

/** The execution metadata that a site's events carry. */
export const contextOf = (site: SiteInfo, context: CallFacts['context']): CallFacts['context'] =>
  site.context === 'none' ? undefined : context;

const windowOf = <Time>(
  { time }: Pick<EventForm<unknown, unknown, Time>, 'time'>,
  window: Window<number> | undefined,
): Window<Time> | undefined => window && { ...window, from: time(window.from), to: time(window.to) };

/** How the amount came about. */
export const priceOf = (amount: unknown): Price<never> =>
  amount === undefined || amount === null
    ? { status: 'unpriced', reason: 'no rate card' }
    : { status: 'priced', method: 'annotation' };

/** Drivers put the connection string into their messages, clients the key that was refused. */
export function withoutSecrets({ message, code, stack, ...error }: ErrorFacts): ErrorFacts {
  return {
    ...error,
    message: withoutKnownSecrets(message),
    ...(code === undefined ? {} : { code: withoutKnownSecrets(code) }),
    ...(stack === undefined ? {} : { stack: withoutKnownSecrets(stack) }),
  };
}
