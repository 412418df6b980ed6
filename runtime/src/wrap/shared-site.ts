import { say } from '../diagnostics/say.ts';
import { RecordingSite } from '../instrument/site.ts';
import type { CallValues, Site } from '../instrument/site.types.ts';
import { runtimeState } from '../instrument/state.ts';
import { tracing } from '../instrument/trace/tracing.ts';
import type { Finders } from './finders.ts';
import { type MadeSite, makeSite } from './make-site.ts';
import type { WrapSettings } from './read-options.ts';

/** Sets of values that functions of one name are wrapped with, before they count as values of the call. */
const MAX_SETS = 100;
/** Sites that are found again. */
const MAX_SITES = 10_000;

/** A site is kept for ever: who wraps a function in every request must not make one each time. Of all copies of the runtime. */
interface Shared {
  /** By everything that is known of them beforehand. */
  readonly sites: Map<string, Site>;
  /** By name of the function. */
  readonly sets: Map<string, Set<string>>;
}

function shared(): Shared {
  const { extensions } = runtimeState();
  return (extensions.wrappedSites ??= { sites: new Map(), sets: new Map() }) as Shared;
}

/** The site of wrapped functions of which the same is known, whatever they want of their calls. */
export function sharedSite(made: MadeSite): Site {
  const { sites } = shared();
  const { onResult, onUnknown: _, onEnded, ...facts } = made;
  const key = keyOf([facts, onResult === undefined, onEnded === undefined, tracing()]);
  const known = runtimeState().enabled ? sites.get(key) : undefined;
  if (known !== undefined) return known;
  const site = makeSite(made);
  if (site instanceof RecordingSite && sites.size < MAX_SITES) sites.set(key, site);
  return site;
}

/** The settings, with values that differ each time a function is wrapped as values of the call. */
export function bounded(name: string, settings: WrapSettings): WrapSettings {
  const { literals } = settings;
  const { sets } = shared();
  const own = sets.get(name) ?? new Set();
  if (sets.size < MAX_SITES) sets.set(name, own);
  const key = keyOf(literals);
  if (own.has(key)) return settings;
  if (own.size < MAX_SETS) {
    own.add(key);
    return settings;
  }
  say(
    'PAN4118',
    `${name} has been wrapped with ${MAX_SETS} different sets of values. ` +
      'Wrap it once, outside of what is called often, and give values that differ as functions.',
    name,
  );
  return { ...settings, literals: {}, ...asFinders(literals, settings) };
}

function asFinders({ attributes = {}, ...literals }: CallValues, finders: Finders): Finders {
  const constant = (value: unknown) => () => value;
  return {
    values: [
      ...Object.entries(literals).map(([key, value]) => [key as keyof CallValues, constant(value)] as const),
      ...finders.values,
    ],
    attributes: [
      ...Object.entries(attributes).map(([name, value]) => [name, constant(value)] as const),
      ...finders.attributes,
    ],
  };
}

const keyOf = (facts: unknown): string =>
  JSON.stringify(facts, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
