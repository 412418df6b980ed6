import { say } from '../diagnostics/say.ts';
import { ABI } from './abi.ts';
import { AsyncCall, SyncCall } from './call.ts';
import { now } from './clock.ts';
import { type Columns, columnsOf } from './columns.ts';
import { passThrough } from './noop.ts';
import type { Call, Site, SiteInfo } from './site.types.ts';
import { type ContextSnapshot, runtimeState } from './state.ts';
import { readValues } from './values.ts';

/** Deeper recursion than this allocates its records anew, so that one deep call does not keep them all for ever. */
const POOLED_DEPTH = 64;

/**
 * Makes the handle of one annotated function; generated code calls it once, at the function's first call.
 *
 * @param abi the ABI number the code was generated for. With another one than this runtime's, the function runs
 * unrecorded and one line on stderr says so (`PAN3001`).
 * @param info what the build knows of the function
 *
 * Never throws. With `PANOPTIC_DISABLED=1` in the environment nothing is recorded.
 */
export function site(abi: number, info: SiteInfo): Site {
  const state = runtimeState();
  if (isDisabled()) state.enabled = false;
  if (!state.enabled) return passThrough(info);
  if (abi === ABI) return new RecordingSite(info);
  const where = `${info?.file}:${info?.line}`;
  say(
    'PAN3001',
    `${where} was generated for ABI ${abi}, this @panoptic/runtime has ABI ${ABI}; its calls are not recorded. ` +
      'Install @panoptic/plugin and @panoptic/runtime of one version and build again.',
  );
  return passThrough(info);
}

/** What a call needs of its site, each read once. */
export class RecordingSite implements Site {
  readonly info: SiteInfo;
  readonly columns: Columns;
  /** The `site` column. */
  readonly index: number;
  readonly sample: number;
  /** Nothing to read and nothing to leave out: a call that returned no object is one row. */
  readonly plain: boolean;
  readonly inherits: boolean;
  /** The record that the next synchronous call takes. */
  free: SyncCall;

  constructor(info: SiteInfo) {
    const state = runtimeState();
    this.info = info;
    this.columns = columnsOf(state);
    this.index = state.sites.push(info) - 1;
    this.sample = info.sample ?? 1;
    this.plain = info.onStart === undefined && info.onResult === undefined && this.sample >= 1;
    this.inherits = info.context !== 'none';
    this.free = new SyncCall(this, 0);
  }

  begin(): Call {
    const call = this.free;
    // What may overflow the stack comes before the record is taken.
    const next = call.next ?? lengthen(call);
    call.snapshot = this.snapshot();
    call.start = now();
    this.free = next;
    return call;
  }

  beginWith(...roots: unknown[]): Call {
    const started = this.read(roots);
    const call = this.begin() as SyncCall;
    call.started = started;
    return call;
  }

  beginAsync(): Call {
    return new AsyncCall(this, this.snapshot(), undefined, now());
  }

  beginAsyncWith(...roots: unknown[]): Call {
    const started = this.read(roots);
    return new AsyncCall(this, this.snapshot(), started, now());
  }

  snapshot(): ContextSnapshot | undefined {
    return this.inherits ? this.columns.state.storage?.getStore()?.snapshot : undefined;
  }

  read(roots: readonly unknown[]): ReturnType<typeof readValues> {
    const { onStart } = this.info;
    return onStart === undefined ? undefined : readValues(this.columns.state.counters, onStart, roots);
  }
}

function lengthen(call: SyncCall): SyncCall {
  const next = new SyncCall(call.site, call.depth + 1);
  if (call.depth < POOLED_DEPTH) call.next = next;
  return next;
}

function isDisabled(): boolean {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.PANOPTIC_DISABLED === '1';
}
