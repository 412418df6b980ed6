import { ABI } from './abi.ts';
import { RunningCall } from './call.ts';
import { now } from './clock.ts';
import { passThrough } from './noop.ts';
import type { Recorder } from './recorder.types.ts';
import type { Call, CallValues, GeneratorCall, Site, SiteInfo } from './site.types.ts';
import { type RuntimeState, runtimeState } from './state.ts';

/**
 * Makes the handle of one annotated function; generated code calls it once, at the function's first call.
 *
 * @param abi the ABI number the code was generated for. With another one than this runtime's, the function runs
 * unrecorded and one line on stderr says so (`PAN3001`).
 * @param info what the build knows of the function
 * @param Made what it becomes where it records
 *
 * Never throws. With `PANOPTIC_DISABLED=1` in the environment, or in a client bundle without delivery, nothing is recorded.
 */
export function site(abi: number, info: SiteInfo, Made: typeof RecordingSite = RecordingSite): Site {
  const state = runtimeState();
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  if (process?.env?.PANOPTIC_DISABLED === '1') state.enabled = false;
  if (!state.enabled || state.recorder === undefined) return passThrough(info);
  if (abi === ABI) return new Made(state, info);
  state.recorder.refuse(abi, info);
  return passThrough(info);
}

/** What a call needs of its site, each read once. */
export class RecordingSite implements Site {
  readonly info: SiteInfo;
  readonly state: RuntimeState;
  /** The `site` column. */
  readonly index: number;
  /** Nothing to read and nothing to leave out: a call that succeeds is one row. */
  readonly plain: boolean;
  readonly inherits: boolean;
  /** Ended records for the next calls, and their number. */
  free: RunningCall | undefined = undefined;
  pooled: number = 0;

  constructor(state: RuntimeState, info: SiteInfo) {
    this.info = info;
    this.state = state;
    this.index = state.sites.push(info) - 1;
    this.plain = !(info.onStart || info.onResult || info.onEnded) && (info.sample ?? 1) >= 1;
    this.inherits = info.context !== 'none';
  }

  begin(): RunningCall {
    let call = this.free;
    if (call === undefined) call = new RunningCall(this);
    else {
      this.free = call.next;
      this.pooled--;
    }
    call.began = this.state.began?.();
    if (this.inherits) call.snapshot = this.state.storage?.getStore()?.snapshot;
    call.start = now();
    return call;
  }

  beginWith(...roots: unknown[]): RunningCall {
    const started = this.read(roots);
    const call = this.begin();
    call.started = started;
    return call;
  }

  // Records of both kinds come from one pool today. Generated code tells them apart, so that this may change.

  beginAsync(): Call {
    return this.begin();
  }

  beginAsyncWith(...roots: unknown[]): Call {
    return this.beginWith(...roots);
  }

  beginGenerator(): GeneratorCall {
    return (this.state.recorder as Recorder).beginGenerator(this);
  }

  beginGeneratorWith(...roots: unknown[]): GeneratorCall {
    return (this.state.recorder as Recorder).beginGenerator(this, this.read(roots));
  }

  beginAsyncGenerator(): GeneratorCall {
    return this.beginGenerator();
  }

  beginAsyncGeneratorWith(...roots: unknown[]): GeneratorCall {
    return this.beginGeneratorWith(...roots);
  }

  protected read(roots: readonly unknown[]): CallValues | undefined {
    return this.state.recorder?.readStart(this.info, roots);
  }
}
