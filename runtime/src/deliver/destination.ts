import type { Config } from '../config/options.ts';
import { errorText } from '../diagnostics/error-text.ts';
import { say } from '../diagnostics/say.ts';
import { createRouter, type Router } from '../event/router.ts';
import { createOutlet, type OutletSurroundings } from './create-outlet.ts';
import { MemoryOutlet } from './memory.ts';
import type { Outlet } from './outlet.ts';

/** A configuration in use. */
export interface Destination {
  readonly config: Config;
  readonly transport: Outlet;
  readonly router: Router;
}

/** Opens what the configuration asks for. Never throws: where that is impossible, events stay in memory and a line says why. */
export function openDestination(config: Config, surroundings?: OutletSurroundings): Destination {
  const router = createRouter(config.env, config.username, config.maxCollections, config.routing);
  try {
    return { config, router, transport: createOutlet(config, surroundings) };
  } catch (error) {
    say('PAN6503', `The transport ${config.transport} does not open (${errorText(error)}): events stay in memory.`);
    return { config, router, transport: new MemoryOutlet() };
  }
}
