import type { Config } from '../config/options.ts';
import { logTransport } from '../log/transport.ts';
import { MemoryTransport } from './memory.ts';
import { mongodbTransport } from './mongodb.ts';
import { NoTransport } from './none.ts';
import type { Transport } from './transport.ts';

/** The transport a configuration asks for. */
export function createTransport({ disabled, transport, mongodb, dir, projectRoot }: Config): Transport {
  // functions that were called before the configuration was known go on recording
  if (disabled || transport === 'none') return new NoTransport();
  if (transport === 'memory') return new MemoryTransport();
  if (mongodb !== undefined) return mongodbTransport({ ...mongodb, dir, projectRoot });
  return logTransport({ dir, projectRoot });
}
