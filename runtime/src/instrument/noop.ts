import type { Call, Site, SiteInfo } from './site.types.ts';

const CALL: Call = {
  returned: (value) => value,
  threw: (error) => error,
  end() {},
};

const begin = (): Call => CALL;

/** A site that records nothing: recording is switched off, or its code was generated for another runtime. */
export function passThrough(info: SiteInfo): Site {
  return { info, begin, beginWith: begin, beginAsync: begin, beginAsyncWith: begin };
}
