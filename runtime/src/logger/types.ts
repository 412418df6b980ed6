import type { BillingLevel } from '../pino/levels.ts';
import type { ChildLoggerOptions, Logger } from './pino-types.ts';

/** What a line at a billing level may say of its event. Any other field becomes metadata of the event. */
export interface BillingFields {
  /** Instead of the logger's own. */
  provider?: string | undefined;
  service?: string | undefined;
  /** What was used. Default: `function_name`, else the level. */
  resource?: string | undefined;
  category?: string | undefined;
  model?: string | undefined;
  /** Quantities by measure, in the provider's own shape. */
  usage?: object | undefined;
  /** In `unit`s. Default 1 `execution`. */
  quantity?: number | bigint | undefined;
  unit?: string | undefined;
  /** A text keeps every digit: `'0.30'`. */
  amount?: number | bigint | string | undefined;
  /** ISO 4217. Default, where there is an amount, USD. */
  currency?: string | undefined;
  tags?: string | readonly string[] | undefined;
  /** End user. Default: `user_id` of the line or of the execution metadata. */
  user?: string | number | bigint | undefined;
  requestId?: string | number | bigint | undefined;
  function_name?: string | undefined;
  /** How long it took, ms. */
  duration_ms?: number | undefined;
  /** The event's outcome is `error`. */
  err?: unknown;
  /** More metadata, merged over that of the execution. */
  metadata?: object | undefined;
  [field: string]: unknown;
}

/** A method of a billing level: writes a line, as pino's methods do, and records its event. */
export interface BillingLogFn {
  (fields: BillingFields | Error, message?: string, ...values: unknown[]): void;
  (message: string, ...values: unknown[]): void;
}

/** Who is paid, in which of its services, and what else every line says: bindings as those of pino. */
export interface ProviderContext extends BillingFields {
  provider: string;
}

/** A logger of pino for one provider, with a method for each billing level. So are its children. */
export type BillingLogger<CustomLevels extends string = never> = Omit<
  Logger<BillingLevel | CustomLevels>,
  BillingLevel | 'child'
> & { readonly [Level in BillingLevel]: BillingLogFn } & {
  child<ChildLevels extends string = never>(
    bindings: BillingFields,
    options?: ChildLoggerOptions<ChildLevels>,
  ): BillingLogger<CustomLevels | ChildLevels>;
};
