import { PanopticError, type Problem } from '../config/error.ts';
import type { Stats } from '../deliver/stats.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { sealBatch } from '../instrument/columns.ts';
import { runtimeState } from '../instrument/state.ts';
import { edgeDelivery } from './delivery.ts';
import type { MemoryList } from './memory.ts';
import { type EdgeOptions, type PublicEdgeConfig, publicEdgeConfig } from './options.ts';
import { resolveEdge } from './resolve.ts';
import { startEdge } from './start.ts';
import { edgeStats } from './stats.ts';
import { useStorage } from './storage.ts';

/** Longest wait of `flush()` and `close()` for the endpoint, ms. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** The delivery of this page or worker. Its methods are also exported as functions. */
export interface PagePanoptic {
  /** What is in effect, without secrets. */
  readonly config: PublicEdgeConfig;
  flush(timeoutMs?: number): Promise<void>;
  close(timeoutMs?: number): Promise<void>;
  stats(): Stats;
}

/**
 * Configures the delivery of this page or worker: events go to `endpoint`, where a server has `createIngest`. To be called at
 * boot; a later call sends later events to the new place.
 * @throws PanopticError that lists every option that is wrong; nothing is changed then
 */
export function createPanoptic(options: EdgeOptions = {}): PagePanoptic {
  return create(options, []);
}

/** @param others what is wrong in further options */
export function create(options: EdgeOptions, others: readonly Problem[]): PagePanoptic {
  const { config, asyncLocalStorage, problems } = resolveEdge(options);
  if (problems.length + others.length > 0) throw new PanopticError([...problems, ...others]);
  const state = runtimeState();
  state.extensions.onDiagnostic = options.onDiagnostic;
  state.configured = (state.configured ?? 0) + 1;
  if (asyncLocalStorage !== undefined) useStorage(asyncLocalStorage);
  startEdge().configure(config);
  return { config: publicEdgeConfig(config), flush, close, stats };
}

/**
 * Resolves when the endpoint has everything recorded so far; tries until then, for `timeoutMs` at most. Never rejects. At an
 * edge every invocation ends with it: `ctx.waitUntil(flush())`.
 * @param timeoutMs Default 10000.
 */
export async function flush(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
  await edgeDelivery().flush(timeoutMs);
}

/** As `flush`: there is nothing to let go of here. A call that is recorded later is sent as ever. */
export async function close(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
  await flush(timeoutMs);
}

/** What has been counted since the page or the worker began. */
export function stats(): Stats {
  return edgeStats(edgeDelivery());
}

/**
 * Everything recorded so far, oldest first, with `transport: 'memory'`. Without what a server adds: `projectId`, `env`, `username`.
 * @throws PanopticError PAN6504 when events go elsewhere
 */
export function memoryEvents(): BillingEvent[] {
  return memory().events;
}

/** Forgets the events in memory, for the next test. Throws as `memoryEvents` does. */
export function clearMemoryEvents(): void {
  memory().clear();
}

function memory(): MemoryList {
  const { config, memory } = edgeDelivery();
  sealBatch();
  if (config?.transport === 'memory') return memory;
  const message = "Events are not kept in memory: call createPanoptic({ transport: 'memory' }) first.";
  throw new PanopticError([{ code: 'PAN6504', name: 'transport', message }]);
}
