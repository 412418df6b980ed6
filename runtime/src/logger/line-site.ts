import type { SiteInfo } from '../instrument/site.types.ts';
import { runtimeState } from '../instrument/state.ts';
import type { BillingLine } from '../pino/line.ts';
import { lineProvider } from '../pino/line-provider.ts';
import { makeSite } from '../wrap/make-site.ts';

/** A site that records. */
export interface LineSite {
  readonly info: SiteInfo;
  readonly index: number;
}

/** Sites stay for the life of the process, and what lines name must not add up: first the functions, then the providers. */
const MAX_WITH_FUNCTIONS = 1000;
const MAX_SITES = 10_000;

/** What a line stands for as a function; a text that says why there is none, undefined while nothing is recorded. */
export function lineSite({ level, provider, functionName = level }: BillingLine): LineSite | string | undefined {
  const { extensions } = runtimeState();
  const sites = (extensions.lineSites ??= new Map()) as Map<string, LineSite>;
  const exact = sites.get(`${level} ${provider} ${functionName}`);
  if (exact !== undefined) return exact;
  const name = sites.size < MAX_WITH_FUNCTIONS ? functionName : level;
  const key = `${level} ${provider} ${name}`;
  const known = sites.get(key);
  if (known !== undefined) return known;
  if (sites.size >= MAX_SITES) return 'lines name too many providers';
  const made = makeSite({ name, site: `pino:${level}`, provider: lineProvider(provider) });
  if (!records(made)) return undefined;
  sites.set(key, made);
  return made;
}

const records = (site: object): site is LineSite => 'index' in site;
