import { site } from '#site';
import { ABI } from '../instrument/abi.ts';
import type { Site, SiteInfo } from '../instrument/site.types.ts';
import { tracing } from '../instrument/trace/tracing.ts';
import type { ResolvedProvider } from '../providers/table.ts';

/** What is known of a function that no build has seen. */
export interface MadeSite
  extends Pick<
    Partial<SiteInfo>,
    | 'async'
    | 'generator'
    | 'stream'
    | 'values'
    | 'args'
    | 'context'
    | 'sample'
    | 'onStart'
    | 'onResult'
    | 'onUnknown'
    | 'onEnded'
  > {
  /** Qualified name, `metadata.function_name` of its events. Default `anonymous`. */
  readonly name: string;
  /** Name that stays the same from version to version, `site` of its events. Default `name`. */
  readonly site?: string | undefined;
  readonly provider: ResolvedProvider;
}

/** The handle of a function that is recorded without a build: wrapped, or written to by a logger or a middleware. */
export function makeSite({ name, site: stable, provider, ...more }: MadeSite): Site {
  const known = name || 'anonymous';
  return site(ABI, {
    ...more,
    ...(tracing() === true && { trace: true }),
    id: stable || known,
    name: known,
    // only a build knows these, and no event has them
    file: '',
    line: 0,
    kind: 'function',
    async: more.async ?? false,
    provider: provider.name,
    category: provider.category,
  });
}
