export type { BillingEvent } from './event/billing-event.ts';
