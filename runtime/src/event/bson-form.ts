import { type Decimal128, ObjectId } from 'bson';
import type { SiteInfo } from '../instrument/site.types.ts';
import { toDecimal } from './amount.ts';
import { buildEvent, type CallFacts, type Draft, type EventForm, type Origin } from './build-event.ts';
import type { BillingDocument } from './document.ts';
import { type ValueRules, valueRules } from './fields.ts';

export type DraftDocument = Draft<BillingDocument>;

export const VALUE_RULES: ValueRules<Decimal128> = /* @__PURE__ */ valueRules(toDecimal);

const FORM: EventForm<ObjectId, Decimal128, Date> = {
  id: (hex) => new ObjectId(hex),
  time: (ms) => new Date(ms),
  rules: VALUE_RULES,
};

/** One call in BSON form. */
export const buildDocument = (site: SiteInfo, origin: Origin, facts: CallFacts): DraftDocument =>
  buildEvent(FORM, site, origin, facts);
