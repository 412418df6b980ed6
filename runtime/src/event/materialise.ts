import { serialize } from 'bson';
import { maskUris } from '../config/mask-uri.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import { say } from '../diagnostics/say.ts';
import { type Batch, type ErrorFacts, OUTCOME, type SiteTable } from '../instrument/batch.ts';
import type { SiteInfo } from '../instrument/site.types.ts';
import { runtimeState } from '../instrument/state.ts';
import type { Outcome } from './billing-event.ts';
import type { BillingDocument } from './document.ts';
import { eventId } from './event-id.ts';
import { readFields } from './fields.ts';
import { leftOut } from './invalid.ts';
import { readMetadata } from './metadata.ts';
import type { Router } from './router.ts';

/** What every event of the process has in common. */
export interface Origin {
  readonly project: string;
  readonly env: string;
  readonly username: string;
  readonly commit: string | undefined;
}

const OUTCOMES: readonly Outcome[] = ['ok', 'error', 'aborted'];

/** Turns rows `from` to `to` (exclusive) of a batch into events whose id, place and bytes are final. Never throws. */
export function materialise(
  batch: Batch,
  sites: SiteTable,
  origin: Origin,
  router: Router,
  from: number = 0,
  to: number = batch.length,
): FrozenEvent[] {
  const events: FrozenEvent[] = [];
  for (let row = from; row < Math.min(to, batch.length); row++) {
    const site = sites[batch.site[row] ?? -1];
    try {
      if (site === undefined) throw new RangeError('its function is not in the table of sites');
      const document = toDocument(batch, row, site, origin);
      events.push({ id: document._id.toHexString(), ...router.place(site.provider), doc: freeze(document) });
    } catch (error) {
      const { counters } = runtimeState();
      counters.dropped++;
      say('PAN5103', `An event of ${site?.name ?? 'an unknown function'} is lost: ${error}`, site?.name);
    }
  }
  return events;
}

/** One row in BSON form. Fields stand in the order in which `BillingEventBase` documents them. */
function toDocument(batch: Batch, row: number, site: SiteInfo, origin: Origin): BillingDocument {
  const startMs = batch.epoch + (batch.start[row] ?? 0);
  const outcome = batch.outcome[row] ?? OUTCOME.ok;
  const values = batch.values.get(row);
  const context = site.context === 'none' ? undefined : batch.contexts[batch.context[row] ?? 0];
  const { requestId, ...fields } = readFields(site, values);
  const duration = batch.duration[row] ?? 0;
  const { metadata, user, trace } = readMetadata(site, context, values, requestId, duration, batch.activeMs.get(row));
  const sample = outcome === OUTCOME.ok ? site.sample : undefined;
  const document: { [key in keyof BillingDocument]: BillingDocument[key] | undefined } = {
    v: 1,
    _id: eventId(startMs, batch.seed, row),
    ts: new Date(startMs),
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
    price:
      fields.amount === undefined
        ? { status: 'unpriced', reason: 'no rate card' }
        : { status: 'priced', method: 'annotation' },
    outcome: OUTCOMES[outcome] ?? 'ok',
    error: withoutSecrets(batch.errors.get(row)),
    trace,
    tags: fields.tags,
    sample_rate: sample !== undefined && sample < 1 ? sample : undefined,
    commit: origin.commit,
    body: site.body,
    metadata,
  };
  return document as BillingDocument;
}

/** Drivers put the connection string into their messages. */
function withoutSecrets(error: ErrorFacts | undefined): ErrorFacts | undefined {
  if (error === undefined) return undefined;
  const { message, stack } = error;
  return { ...error, message: maskUris(message), ...(stack === undefined ? {} : { stack: maskUris(stack) }) };
}

/** A document that BSON refuses all the same goes without what the user put into it, rather than not at all. */
function freeze(document: BillingDocument): Uint8Array {
  try {
    return serialize(document);
  } catch {
    const { function_name, duration_ms } = document.metadata;
    leftOut(function_name, 'metadata', 'data that BSON can hold');
    const { usage: _, ...rest } = document;
    return serialize({ ...rest, metadata: { function_name, duration_ms } });
  }
}
