import { AsyncLocalStorage } from 'node:async_hooks';
import { types } from 'node:util';
import { allocateRows } from '../deliver/row-memory.ts';
import { KeptValues } from '../deliver/worker/kept-values.ts';
import { start } from '../start.ts';
import { recorder } from './recorder.ts';
import { site as coreSite } from './site.ts';
import type { Site, SiteInfo } from './site.types.ts';
import { runtimeState } from './state.ts';
import { TracedSite } from './trace/traced-site.ts';
import { tracing } from './trace/tracing.ts';

export type { Call, CallValues, Site, SiteInfo } from './site.types.ts';

// Taken while modules load, which no request is waiting for.
const outside = /* @__PURE__ */ AsyncLocalStorage.snapshot();

const keepValues = (): KeptValues => new KeptValues();

/**
 * As `site` of the core, and sees to it that the first event starts delivery.
 * That cannot happen at import: bundlers drop imports that are only there for their effect.
 */
export function site(abi: number, info: SiteInfo): Site {
  const state = runtimeState();
  state.recorder ??= recorder;
  state.wake ??= start;
  state.outside ??= outside;
  state.allocate ??= allocateRows;
  state.keepValues ??= keepValues;
  state.isPromise ??= types.isPromise;
  state.isProxy ??= types.isProxy;
  return coreSite(abi, info, info.trace === true && tracing() !== false ? TracedSite : undefined);
}
