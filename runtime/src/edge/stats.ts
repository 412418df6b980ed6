import type { Stats } from '../deliver/stats.ts';
import { saidByCause } from '../diagnostics/say.ts';
import { invalidValues } from '../event/invalid.ts';
import { runtimeState } from '../instrument/state.ts';
import { volumeStats } from '../volume/counts.ts';
import type { EdgeDelivery } from './delivery.ts';

/** The same numbers as on a server, as far as there is anything to count here. */
export function edgeStats({ config, accepted, outbox, sender }: EdgeDelivery): Stats {
  const { counters, batch, pending } = runtimeState();
  const pendingEvents = pending.reduce((sum, { length }) => sum + length, 0);
  return {
    recorded: counters.recorded,
    dropped: counters.dropped,
    waiting: pendingEvents + (batch?.length ?? 0),
    invalidValues: [...invalidValues().values()].reduce((sum, count) => sum + count, 0),
    internalErrors: counters.internalErrors,
    volume: volumeStats(),
    transport: config && {
      name: config.transport,
      destination: config.endpoint || config.transport,
      accepted,
      // what stays in memory, or nowhere, has arrived there
      delivered: config.transport === 'endpoint' ? sender.delivered : accepted,
      dropped: sender.refused,
      pending: outbox.length,
      failures: sender.failures,
    },
    worker: { state: 'off', restarts: 0 },
    problems: Object.fromEntries([...saidByCause()].map(([cause, { count }]) => [cause, count])),
  };
}
