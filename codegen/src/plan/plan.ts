import type { Annotation } from '../annotation/annotation.types.ts';
import type { Finding } from '../diagnostics/finding.ts';
import type { LineTable } from '../diagnostics/lines.ts';
import type { FunctionRecord } from '../syntax/records.ts';
import { fnv1a64 } from './hash.ts';
import type { SitePlan } from './plan.types.ts';
import { planReferences } from './references.ts';

/** What one file contributes to the plan of each of its functions. */
export interface FileFacts {
  readonly source: string;
  readonly packageName: string;
  /** Package-relative POSIX path. */
  readonly file: string;
  readonly lines: LineTable;
  /** How many functions of a name were planned before; kept up by `planSite`. */
  readonly ordinals: Map<string, number>;
}

/** Joins an annotation and its function; undefined when they do not fit, which was reported. */
export function planSite(
  annotation: Annotation,
  record: FunctionRecord,
  file: FileFacts,
  report: (finding: Finding) => void,
): SitePlan | undefined {
  const references = planReferences(annotation.references, record, report);
  if (references === undefined) return undefined;
  const ordinal = file.ordinals.get(record.name) ?? 0;
  file.ordinals.set(record.name, ordinal + 1);
  return {
    record,
    annotation,
    id: fnv1a64([file.packageName, file.file, record.name, ordinal].join('\n')),
    body: fnv1a64(file.source.slice(record.start, record.end)),
    ...file.lines.position(record.start),
    category: annotation.category ?? annotation.provider.category,
    ...references,
  };
}
