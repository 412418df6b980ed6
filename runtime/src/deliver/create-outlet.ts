import type { Config } from '../config/options.ts';
import { logOutlet } from '../log/outlet.ts';
import { MemoryOutlet } from './memory.ts';
import { mongodbOutlet } from './mongodb/outlet.ts';
import { NoOutlet } from './none.ts';
import type { Outlet } from './outlet.ts';

/** The transport a configuration asks for. */
export function createOutlet({ disabled, transport, mongodb, dir, projectRoot }: Config): Outlet {
  // functions that were called before the configuration was known go on recording
  if (disabled || transport === 'none') return new NoOutlet();
  if (transport === 'memory') return new MemoryOutlet();
  if (mongodb !== undefined) return mongodbOutlet({ ...mongodb, dir, projectRoot });
  return logOutlet({ dir, projectRoot });
}
