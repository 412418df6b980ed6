import type { Config } from '../config/options.ts';
import { logTransport } from '../log/transport.ts';
import { MemoryTransport } from './memory.ts';
import { mongodbTransport } from './mongodb.ts';
import { NoTransport } from './none.ts';
import type { Transport } from './transport.ts';

/** The transport a configuration asks for. */
export function createTransport({ transport, mongodb, dir, projectRoot }: Config): Transport {
  if (transport === 'memory') return new MemoryTransport();
  if (transport === 'none') return new NoTransport();
  if (mongodb !== undefined) return mongodbTransport({ ...mongodb, dir, projectRoot });
  return logTransport({ dir, projectRoot });
}
