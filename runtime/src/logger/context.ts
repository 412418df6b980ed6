import { leftOut } from '../event/invalid.ts';
import type { BillingLevel } from '../pino/levels.ts';

/** Who is paid for what the lines of a logger say. Children inherit it, as they do everything of pino. */
export interface LoggerContext {
  readonly provider: string;
  readonly service: string | undefined;
}

const CONTEXT: unique symbol = Symbol.for('panoptic.logger');

export function setContext(logger: object, context: LoggerContext): void {
  Object.defineProperty(logger, CONTEXT, { value: context });
}

/** Undefined for a logger that is none of ours. */
export const contextOf = (logger: object | undefined): LoggerContext | undefined =>
  (logger as { [CONTEXT]?: LoggerContext } | undefined)?.[CONTEXT];

/** Adds to what a line says of whom it says that, where it does not say it itself: a formatter may have taken it away. */
export function inContext(
  fields: Record<string, unknown>,
  context: LoggerContext | undefined,
  level: BillingLevel,
): Readonly<Record<string, unknown>> {
  if (context === undefined) return fields;
  const { provider } = fields;
  if (typeof provider !== 'string' || provider.trim() === '') {
    if (provider !== undefined) leftOut(level, 'provider', 'the name of a provider');
    fields.provider = context.provider;
  }
  fields.service ??= context.service;
  return fields;
}
