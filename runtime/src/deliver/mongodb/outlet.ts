import type { Outlet } from '../outlet.ts';
import { type SpoolOutletOptions, spoolOutlet } from '../spool-outlet.ts';
import { MongodbTransport, type MongodbTransportOptions } from './transport.ts';

export interface MongodbOutletOptions extends MongodbTransportOptions, Omit<SpoolOutletOptions, 'sayFailure'> {}

/** Ships events to MongoDB, through the log on disk. */
export function mongodbOutlet({ uri, indexes, compressionEnabled, driver, ...spool }: MongodbOutletOptions): Outlet {
  const transport = new MongodbTransport({
    uri,
    ...(indexes && { indexes }),
    ...(compressionEnabled && { compressionEnabled }),
    ...(driver && { driver }),
  });
  return spoolOutlet(transport, {
    ...spool,
    sayFailure: (error, consequence) => transport.sayFailure(error, consequence),
  });
}
