import { close, flush, stats } from '../panoptic.ts';
import { type EdgeOptions, publicEdgeConfig } from './options.ts';
import type { PagePanoptic } from './panoptic.ts';
import { resolveEdge } from './resolve.ts';

/*
 * `@panoptic/runtime/client` in Node: a server that renders a page runs the page's code as well. What is recorded there is
 * the server's, and goes where the server is configured to send it.
 */

export { PanopticError } from '../config/error.ts';
export { getExecutionMetadata, setExecutionMetadata, withExecutionMetadata } from '../context/index.ts';
export { clearMemoryEvents, close, flush, memoryEvents, stats } from '../panoptic.ts';
export { wrap, wrapAsync } from '../wrap/wrap.ts';

/** Changes nothing in this process. The page that runs the same code is configured by it. */
export function createPanoptic(options: EdgeOptions = {}): PagePanoptic {
  return { config: publicEdgeConfig(resolveEdge(options).config), flush, close, stats };
}
