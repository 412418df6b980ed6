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
import { start } from './start.ts';

/** Longest wait of `flush()` and `close()` for a destination, ms. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** The delivery of this process. Its methods are also exported as functions. */
export interface Panoptic {
  /** What is in effect, without secrets. */
  readonly config: PublicConfig;
  flush(timeoutMs?: number): Promise<void>;
  close(timeoutMs?: number): Promise<void>;
  stats(): Stats;
}

/**
 * Configures the delivery of this process. Optional: without it everything comes from the environment and the defaults.
 * To be called at boot; a later call sends later events to the new place.
 * @throws PanopticError that lists every option and variable that is wrong; nothing is changed then
 */
export function createPanoptic(options: PanopticOptions = {}): Panoptic {
  const { config, problems } = resolveHere(options);
  if (problems.length > 0) throw new PanopticError(problems);
  applyConfig(config);
  // Functions that were called before go on recording, and must not go on delivering.
  processDelivery().configure(config);
  if (!config.disabled) start();
  return { config: publicConfig(config), flush, close, stats };
}

/**
 * Resolves when everything recorded so far is delivered, or on disk where the destination does not answer.
 * Never rejects. To be awaited at the end of a function that is frozen between calls.
 * @param timeoutMs longest wait for the destination. Default 10000.
 */
export async function flush(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
  await processDelivery().flush(timeoutMs);
}

/**
 * As `flush`, then lets go of files and sockets. Never rejects. A call that is recorded later opens them again.
 * @param timeoutMs longest wait for the destination. Default 10000.
 */
export async function close(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
  await processDelivery().close(timeoutMs);
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

function publicConfig({ chosen: _, custom: __, onDiagnostic: ___, ...config }: Config): PublicConfig {
  const { mongodb, http } = config;
  return {
    ...config,
    mongodb: mongodb && { ...mongodb, uri: maskUri(mongodb.uri) },
    http: http && {
      url: maskUri(http.url),
      headers: Object.fromEntries(Object.keys(http.headers).map((name) => [name, '***'])),
    },
  };
}
