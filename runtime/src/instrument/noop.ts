import type { GeneratorCall, Site, SiteInfo } from './site.types.ts';

const same = <T>(value?: T): T => value as T;
const nothing = (): void => {};

const CALL: GeneratorCall = {
  returned: same,
  threw: same,
  paused: same,
  resumed: same,
  completed: nothing,
  entered: nothing,
  awaiting: same,
  iterating: same,
  awaited: same,
  delegating: same,
  delegated: same,
  end: nothing,
};

const begin = (): GeneratorCall => CALL;

/** A site that records nothing: recording is switched off, or its code was generated for another runtime. */
export function passThrough(info: SiteInfo): Site {
  return {
    info,
    begin,
    beginWith: begin,
    beginAsync: begin,
    beginAsyncWith: begin,
    beginGenerator: begin,
    beginGeneratorWith: begin,
    beginAsyncGenerator: begin,
    beginAsyncGeneratorWith: begin,
  };
}
