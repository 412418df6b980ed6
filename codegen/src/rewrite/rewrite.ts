import MagicString, { SourceMap } from 'magic-string';
import type { SitePlan } from '../plan/plan.types.ts';
import { bodyEdits } from './body.ts';
import type { Edit } from './edit.ts';
import { importEdit, lineEnd, type ModuleKind, sitesEdit } from './frame.ts';
import { mappings } from './mappings.ts';
import { nameGiver } from './names.ts';
import { siteCode } from './site.ts';

/** What the rewrite must know of a file beyond its plans. */
export interface FileShape {
  readonly source: string;
  /** As events show it. */
  readonly file: string;
  readonly typescript: boolean;
  readonly module: ModuleKind;
  /** The module that is imported. */
  readonly instrument: string;
  /** What its sites are told. */
  readonly endpoint: string | undefined;
  /** Where the import goes. */
  readonly importAt: number;
  /** Where a comment stands that must stay last; undefined without one. */
  readonly lastAt: number | undefined;
}

/** All edits of a file, in order of offset. */
export function rewriteEdits(plans: readonly SitePlan[], shape: FileShape): Edit[] {
  const { source, file, typescript, module, instrument, endpoint, importAt, lastAt } = shape;
  const eol = lineEnd(source);
  const give = nameGiver(source);
  const make = give('site');
  const call = give('call');
  const error = give('error');
  const named = plans.map((plan) => ({ plan, site: give(plan.record.name) }));
  const edits = [importEdit(importAt, module, make, instrument)];
  // Where an inner function ends together with an outer one, the inner text comes first.
  for (const { plan, site } of named.toReversed()) edits.push(...bodyEdits(source, plan, { site, call, error }));
  edits.push(
    sitesEdit(
      source,
      named.map(({ plan, site }) => siteCode(plan, file, { site, make }, typescript, eol, endpoint)),
      eol,
      lastAt,
    ),
  );
  return edits.sort((a, b) => a.at - b.at);
}

export function applyEdits(source: string, edits: readonly Edit[]): string {
  const text = new MagicString(source);
  for (const { at, text: inserted } of edits) text.appendLeft(at, inserted);
  return text.toString();
}

/** A source map with a segment for every token; `id` is the name the source goes by. */
export function sourceMap(source: string, edits: readonly Edit[], id: string): SourceMap {
  return new SourceMap({ sources: [id], sourcesContent: [source], names: [], mappings: mappings(source, edits) });
}
