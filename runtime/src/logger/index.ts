export { createProviderLogger } from './create.ts';
export type { LineDestination, LoggerOptions, LoggerTarget, LoggerTransport, ReadyLogger } from './options.ts';
export { recordBillingLine } from './record-billing-line.ts';
export type { BillingFields, BillingLogFn, BillingLogger, ProviderContext } from './types.ts';
