import type { SitePlan } from './plan/plan.types.ts';
import type { Billable, TransformResult } from './types.ts';

/** What comes of a file that stays as it is. */
export const unchanged = (code: string): TransformResult => ({
  code,
  map: null,
  billables: [],
  diagnostics: [],
  stages: undefined,
});

export function toBillable({ id, record, annotation, category, line, column }: SitePlan): Billable {
  const { name, kind, async, generator, start, end } = record;
  const { service } = annotation.values;
  return {
    id,
    name,
    kind,
    async,
    generator,
    provider: annotation.provider.name,
    category,
    ...(service === undefined ? {} : { service: String(service) }),
    line,
    column,
    start,
    end,
  };
}
