import type { SiteInfo } from '../instrument/site.types.ts';
import type { BillingEvent } from './billing-event.ts';
import {
  buildEvent,
  type CallFacts,
  type Draft,
  type EventForm,
  type PartialOrigin,
  withoutSecrets,
} from './build-event.ts';
import { toDecimalText } from './decimal-text.ts';
import { valueRules } from './fields.ts';

const FORM: EventForm<string, string, string> = {
  id: (hex) => hex,
  time: (ms) => new Date(ms).toISOString(),
  withoutSecrets,
  rules: /* @__PURE__ */ valueRules(toDecimalText),
};

/** One call in JSON form: what `toJson` makes of the document of the same call. Needs no bson. */
export const buildJson = (site: SiteInfo, origin: PartialOrigin, facts: CallFacts): Draft<BillingEvent> =>
  buildEvent(FORM, site, origin, facts);
