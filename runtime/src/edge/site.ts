import { site as coreSite } from '../instrument/site.ts';
import type { Site, SiteInfo } from '../instrument/site.types.ts';
import { startEdge } from './start.ts';

export type { Call, CallValues, Site, SiteInfo } from '../instrument/site.types.ts';

/**
 * As `site` of the core, with what delivers in a browser and at an edge.
 * @param endpoint where events go, if `createPanoptic` does not say it: the plugin's option
 */
export function site(abi: number, info: SiteInfo, endpoint?: string): Site {
  const delivery = startEdge();
  if (endpoint !== undefined) delivery.useBuiltIn(endpoint);
  return coreSite(abi, info);
}
