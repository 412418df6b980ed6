import { serialize } from 'bson';
import { processDelivery } from '../deliver/process-delivery.ts';
import type { FrozenEvent } from '../deliver/transport.ts';
import type { BillingEvent } from '../event/billing-event.ts';
import { fromJson } from '../event/json.ts';
import { createRouter, type Router } from '../event/router.ts';
import { runtimeState } from '../instrument/state.ts';
import { start } from '../start.ts';
import { ingestCounts } from './counts.ts';
import { Recent, type Safe } from './recent.ts';

/** Events that were handed over and are not safe, and their bytes: beyond either, clients are asked to come again. */
const MAX_UNSAFE = 20_000;
const MAX_UNSAFE_BYTES = 32 * 1024 * 1024;

/** Shared by all handlers of the process. */
interface Office {
  unsafe: number;
  unsafeBytes: number;
  readonly recent: Recent;
  router: { readonly key: string; readonly router: Router } | undefined;
}

/** False while more events wait to become safe than a process should hold. */
export function hasRoom(): boolean {
  const { unsafe, unsafeBytes } = office();
  return unsafe < MAX_UNSAFE && unsafeBytes < MAX_UNSAFE_BYTES;
}

/**
 * Hands events over to the delivery of this process, each id once.
 * @returns resolves when all of them are safe or lost, with the number of those that are lost; it may never, where the disk and the
 *   destination fail
 */
export async function takeOver(events: readonly BillingEvent[]): Promise<number> {
  const { recent } = office();
  const counts = ingestCounts();
  const waits = new Set<Safe>();
  const fresh = new Map<string, BillingEvent>();
  for (const event of events) {
    const safe = recent.of(event._id);
    if (safe !== undefined) waits.add(safe);
    if (safe !== undefined || fresh.has(event._id)) counts.repeated++;
    else fresh.set(event._id, event);
  }
  if (fresh.size > 0) {
    const safe = handOver([...fresh.values()]);
    recent.note([...fresh.keys()], safe);
    waits.add(safe);
    counts.accepted += fresh.size;
  }
  const ids = new Set(events.map(({ _id }) => _id));
  const lost = new Set<string>();
  for (const safe of waits) {
    for (const id of await safe) {
      if (!ids.has(id)) continue;
      lost.add(id);
      recent.forget(id, safe);
      if (fresh.has(id)) counts.accepted--;
    }
  }
  return lost.size;
}

function handOver(events: readonly BillingEvent[]): Safe {
  const shared = office();
  start();
  const frozen = events.map(freeze);
  const bytes = frozen.reduce((sum, { doc }) => sum + doc.length, 0);
  shared.unsafe += events.length;
  shared.unsafeBytes += bytes;
  return new Promise((resolve) => {
    processDelivery().append(frozen, (lost) => {
      shared.unsafe -= events.length;
      shared.unsafeBytes -= bytes;
      resolve(lost);
    });
  });
}

function freeze(event: BillingEvent): FrozenEvent {
  const { database, collection } = routerInUse().place(event.provider, event.username);
  return { id: event._id, database, collection, doc: serialize(fromJson(event)) };
}

/** That of the configuration in use, which may change. */
function routerInUse(): Router {
  const shared = office();
  const { env, username, maxCollections, routing } = processDelivery().config;
  const key = JSON.stringify([env, username, maxCollections, routing]);
  if (shared.router?.key !== key) shared.router = { key, router: createRouter(env, username, maxCollections, routing) };
  return shared.router.router;
}

function office(): Office {
  const { extensions } = runtimeState();
  return (extensions.ingestOffice ??= { unsafe: 0, unsafeBytes: 0, recent: new Recent(), router: undefined }) as Office;
}
