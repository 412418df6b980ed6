import { PanopticError } from '../config/error.ts';
import { isObject } from '../config/values.ts';
import { resolveProvider } from '../providers/in-use.ts';
import type { LoggerContext } from './context.ts';
import { processLoggers } from './loggers.ts';
import type { BillingLogger, ProviderContext } from './types.ts';

/**
 * The logger for a provider and one of its services: the same one each time, so that setting its level sets it for all.
 * @throws PanopticError when the provider is missing (PAN4110) or misspelt (PAN4111), the service is no name (PAN4121), pino
 * is not installed (PAN4120), or it refuses an option of `logger` (PAN4122, PAN4123)
 */
export function getLogger(provider: string, service?: string): BillingLogger {
  return processLoggers().get(contextOf('getLogger', provider, service)) as BillingLogger;
}

/** As `getLogger`, and a new one each time. */
export function createLogger(provider: string, service?: string): BillingLogger {
  const context = contextOf('createLogger', provider, service);
  return processLoggers().create({ ...context, more: {} }) as BillingLogger;
}

/**
 * The logger for a context: for a provider and a service alone that of `getLogger`; with more bindings a new one, whose
 * lines and events carry those, too. It may be called before `createPanoptic`, which its loggers follow.
 * @throws PanopticError as `getLogger` does
 */
export function createProviderLogger(context: ProviderContext): BillingLogger {
  if (!isObject(context)) throw refused('context', 'an object with a provider');
  const { provider, service, ...more } = context;
  const known = contextOf('createProviderLogger', provider, service);
  const loggers = processLoggers();
  const isKnown = Object.values(more).every((value) => value === undefined);
  return (isKnown ? loggers.get(known) : loggers.create({ ...known, more })) as BillingLogger;
}

function contextOf(caller: string, provider: unknown, service: unknown): LoggerContext {
  const { name } = resolveProvider(provider, `${caller}: provider`);
  if (service === undefined) return { provider: name, service };
  if (typeof service === 'string' && service.trim() !== '') return { provider: name, service: service.trim() };
  throw refused(`${caller}: service`, 'the name of a service, or left out');
}

const refused = (name: string, expected: string): PanopticError =>
  new PanopticError([{ code: 'PAN4121', name, message: `${name} must be ${expected}.` }]);
