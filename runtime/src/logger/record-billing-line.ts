import type { ExecutionMetadata } from '../context/metadata.types.ts';
import { leftOut } from '../event/invalid.ts';
import { type BillingLevel, billingLevels } from '../pino/levels.ts';
import { refuseLine } from '../pino/refuse-line.ts';
import { recordLine } from './record-line.ts';
import type { BillingFields } from './types.ts';

/**
 * Records an entry of any logger (Winston, Bunyan, …) as a billing event; `fields.provider` is required. An entry that is no
 * event is counted and said (`PAN6551`). Never throws.
 * @param context the execution metadata the entry was made in, where that may be another one by now. Default: that of the
 * scope that is open
 * @example
 * recordBillingLine('charge', { provider: 'Stripe', amount: '0.30', currency: 'EUR' }, 'card charged');
 */
export function recordBillingLine(
  level: BillingLevel,
  fields: BillingFields,
  message?: string,
  context?: ExecutionMetadata,
): void {
  if (!Object.hasOwn(billingLevels, level)) refuseLine('it has no billing level');
  else if (typeof fields !== 'object' || fields === null) refuseLine('it has no fields');
  else recordLine(level, () => readable(fields, message === undefined ? {} : { msg: message }), context);
}

/** A field that throws when it is read costs its own value, not the event. */
function readable(fields: BillingFields, more: object): BillingFields {
  const read: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    try {
      const value = fields[name];
      Object.defineProperty(read, name, { value, writable: true, enumerable: true, configurable: true });
    } catch {
      leftOut('recordBillingLine', name, 'something that can be read');
    }
  }
  return Object.assign(read, more);
}
