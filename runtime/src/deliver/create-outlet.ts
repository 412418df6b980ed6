import type { Config } from '../config/options.ts';
import { logOutlet } from '../log/outlet.ts';
import { ConsoleOutlet } from './console.ts';
import { httpTransport } from './http/transport.ts';
import { MemoryOutlet } from './memory.ts';
import { mongodbOutlet } from './mongodb/outlet.ts';
import { NoOutlet } from './none.ts';
import type { Outlet } from './outlet.ts';
import { type SpoolOutletOptions, spoolOutlet } from './spool-outlet.ts';

/** What only the thread knows in which events are delivered. */
export type OutletSurroundings = Pick<SpoolOutletOptions, 'idleMs'>;

/** The outlet a configuration asks for. */
export function createOutlet(config: Config, surroundings: OutletSurroundings = {}): Outlet {
  const { disabled, transport, custom, mongodb, http, compressionEnabled } = config;
  // functions that were called before the configuration was known go on recording
  if (disabled || transport === 'none') return new NoOutlet();
  if (transport === 'memory') return new MemoryOutlet();
  if (transport === 'console') return new ConsoleOutlet();
  const spool: SpoolOutletOptions = { ...spoolOptions(config), ...surroundings };
  if (custom !== undefined) return spoolOutlet(custom, spool);
  if (http !== undefined) return spoolOutlet(httpTransport({ ...http, compressionEnabled }), spool);
  if (mongodb !== undefined) return mongodbOutlet({ ...spool, ...mongodb, compressionEnabled });
  const { dir, projectRoot, log, acknowledgement } = config;
  return logOutlet({ ...log, dir, projectRoot, acknowledgement });
}

function spoolOptions(config: Config): SpoolOutletOptions {
  const { dir, projectRoot, maxEventsPerBatch, maxBytesPerBatch, maxWaitTimeMs, resilience, log, acknowledgement } =
    config;
  return { ...log, dir, projectRoot, maxEventsPerBatch, maxBytesPerBatch, maxWaitTimeMs, resilience, acknowledgement };
}
