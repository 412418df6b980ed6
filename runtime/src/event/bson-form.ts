import { type Decimal128, ObjectId } from 'bson';
import type { ErrorFacts } from '../instrument/batch.ts';
import type { SiteInfo } from '../instrument/site.types.ts';
import { toDecimal } from './amount.ts';
import { buildEvent, type CallFacts, type Draft, type EventForm, type Origin, withoutSecrets } from './build-event.ts';
import type { BillingDocument } from './document.ts';
import { type ValueRules, valueRules } from './fields.ts';
import { type OwnPattern, OwnPatterns } from './own-patterns.ts';

export type DraftDocument = Draft<BillingDocument>;

export const VALUE_RULES: ValueRules<Decimal128> = /* @__PURE__ */ valueRules(toDecimal);

const FORM: EventForm<ObjectId, Decimal128, Date> = {
  id: (hex) => new ObjectId(hex),
  time: (ms) => new Date(ms),
  withoutSecrets: withoutAnySecrets,
  rules: VALUE_RULES,
};

/** One call in BSON form. */
export const buildDocument = (site: SiteInfo, origin: Origin, facts: CallFacts): DraftDocument =>
  buildEvent(FORM, site, origin, facts);

const known: WeakMap<readonly OwnPattern[], OwnPatterns> = /* @__PURE__ */ new WeakMap();

/** Well-known secrets, and what the option `redact` names. */
export function withoutAnySecrets(error: ErrorFacts, { redact }: Pick<Origin, 'redact'>): ErrorFacts {
  if (redact === undefined || redact.length === 0) return withoutSecrets(error);
  let own = known.get(redact);
  if (own === undefined) known.set(redact, (own = new OwnPatterns(redact)));
  return withoutSecrets(own.hide(error));
}
