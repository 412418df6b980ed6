import type { IncomingMessage } from 'node:http';
import { PanopticError } from './config/error.ts';
import { applyConfig, resolveHere } from './config/here.ts';
import { maskUri } from './config/mask-uri.ts';
import type { Config, PanopticOptions, PublicConfig } from './config/options.ts';
import type { MemoryOutlet } from './deliver/memory.ts';
import { processDelivery } from './deliver/process-delivery.ts';
import type { Stats } from './deliver/stats.ts';
import type { BillingEvent } from './event/billing-event.ts';
import { decodeEvent } from './event/document.ts';
import { toJson } from './event/json.ts';
import { createLogger, getLogger } from './logger/create.ts';
import { flushLoggers, processLoggers } from './logger/loggers.ts';
import type { BillingLogger } from './logger/types.ts';
import {
  type ConnectMiddlewareOptions,
  createHttpMiddleware,
  type HttpMiddleware,
} from './middleware/connect/index.ts';
import type { ProviderName } from './providers/own.ts';
import { start } from './start.ts';
import type { AnyFunction, AsyncFunction, WrapOptions } from './wrap/options.types.ts';
import { wrap, wrapAsync } from './wrap/wrap.ts';

/** Longest wait of `flush()` and `close()` for a destination, ms. */
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * The delivery of this process, and what is recorded without a build. Its methods are also exported as functions.
 * @typeParam Own names of the option `providers`, which `provider` then offers
 */
export interface Panoptic<Own extends string = never> {
  /** What is in effect, without secrets. */
  readonly config: PublicConfig;
  /** Records every call of a function. @throws PanopticError */
  wrap<F extends AnyFunction>(fn: F, options: WrapOptions<F, Own>): F;
  /** As `wrap`, for functions that give a promise or a stream. @throws PanopticError */
  wrapAsync<F extends AsyncFunction>(fn: F, options: WrapOptions<F, Own>): F;
  /** A middleware for `node:http`, Connect, Express and Nest. @throws PanopticError */
  createHttpMiddleware<Request extends IncomingMessage = IncomingMessage>(
    options?: ConnectMiddlewareOptions<Request>,
  ): HttpMiddleware<Request>;
  /** The logger for a provider and one of its services, the same one each time. @throws PanopticError */
  getLogger(provider: ProviderName<Own>, service?: string): BillingLogger;
  /** As `getLogger`, and a new one each time. @throws PanopticError */
  createLogger(provider: ProviderName<Own>, service?: string): BillingLogger;
  flush(timeoutMs?: number): Promise<void>;
  close(timeoutMs?: number): Promise<void>;
  stats(): Stats;
}

/**
 * Configures the delivery of this process. Optional: without it everything comes from the environment and the defaults.
 * To be called at boot; a later call sends later events to the new place.
 * @throws PanopticError that lists every option and variable that is wrong; nothing is changed then
 */
export function createPanoptic<Own extends string = never>(options: PanopticOptions<Own> = {}): Panoptic<Own> {
  const { config, logger, problems } = resolveHere(options);
  if (problems.length > 0) throw new PanopticError(problems);
  const useLogger = processLoggers().prepare(logger);
  applyConfig(config);
  useLogger();
  // Functions that were called before go on recording, and must not go on delivering.
  processDelivery().configure(config);
  if (!config.disabled) start();
  return {
    config: publicConfig(config),
    wrap,
    wrapAsync,
    createHttpMiddleware,
    getLogger,
    createLogger,
    flush,
    close,
    stats,
  };
}

/**
 * Resolves when everything recorded so far is delivered, or on disk where the destination does not answer, and lines of
 * loggers are written.
 * Never rejects. To be awaited at the end of a function that is frozen between calls.
 * @param timeoutMs longest wait for the destination. Default 10000.
 */
export async function flush(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
  await Promise.all([processDelivery().flush(timeoutMs), flushLoggers(timeoutMs)]);
}

/**
 * As `flush`, then lets go of files and sockets. Never rejects. A call that is recorded later opens them again.
 * @param timeoutMs longest wait for the destination. Default 10000.
 */
export async function close(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
  await Promise.all([processDelivery().close(timeoutMs), flushLoggers(timeoutMs)]);
}

/** What has been counted since the process began. */
export function stats(): Stats {
  return processDelivery().stats();
}

/**
 * Everything recorded so far, oldest first, when events stay in memory: under a test runner, or with `transport: 'memory'`.
 * @throws PanopticError PAN6504 when events go elsewhere
 */
export function memoryEvents(): BillingEvent[] {
  return memory().events.map(({ doc }) => toJson(decodeEvent(doc)));
}

/** Forgets the events in memory, for the next test. Throws as `memoryEvents` does. */
export function clearMemoryEvents(): void {
  memory().clear();
}

function memory(): MemoryOutlet {
  const delivery = processDelivery();
  const transport = delivery.memory();
  if (transport !== undefined) return transport;
  const message =
    `Events are not kept in memory: the transport is ${delivery.config.transport}. ` +
    'Set PANOPTIC_TRANSPORT=memory, or call createPanoptic({ transport: "memory" }) first.';
  throw new PanopticError([{ code: 'PAN6504', name: 'transport', message }]);
}

function publicConfig({ chosen: _, custom: __, onDiagnostic: ___, exporters: ____, ...config }: Config): PublicConfig {
  const { mongodb, http } = config;
  return {
    ...config,
    // what must not be told is not told here either
    redact: config.redact.map((one) => (typeof one === 'string' ? '***' : one)),
    mongodb: mongodb && { ...mongodb, uri: maskUri(mongodb.uri) },
    http: http && {
      url: maskUri(http.url),
      headers: Object.fromEntries(Object.keys(http.headers).map((name) => [name, '***'])),
    },
  };
}
