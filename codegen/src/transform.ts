import { providerTable } from '@panoptic/runtime/providers';
import { INSTRUMENT } from './abi.ts';
import { type Finding, toDiagnostic } from './diagnostics/finding.ts';
import { lineTable } from './diagnostics/lines.ts';
import { mayHaveBillable } from './filter.ts';
import { findAnnotated } from './find.ts';
import { type FileFacts, planSite } from './plan/plan.ts';
import type { SitePlan } from './plan/plan.types.ts';
import { toBillable, unchanged } from './result.ts';
import { applyEdits, rewriteEdits, sourceMap } from './rewrite/rewrite.ts';
import { transformComponent } from './sfc/component.ts';
import { componentKind } from './sfc/kind.ts';
import { makeStages } from './stages.ts';
import { importOffset, isCommonJs, sourceMapComment } from './syntax/module.ts';
import { parseFile, withoutQuery } from './syntax/parse.ts';
import type { Stages, TransformOptions, TransformResult } from './types.ts';

/**
 * Instruments every function of a file that carries `@billable`. `id` is the file's path; its extension decides the language.
 * Never throws for what a user wrote: everything wrong is in `diagnostics`, and what is right is rewritten all the same.
 */
export function transform(code: string, id: string, options: TransformOptions = {}): TransformResult {
  const path = withoutQuery(id);
  // Declarations hold no code; the annotations in them were honoured where the code is.
  if (!mayHaveBillable(code) || /\.d\.[mc]?ts$/.test(path)) return unchanged(code);
  const component = componentKind(path);
  if (component !== undefined) return transformComponent(code, path, component, options);
  const {
    packageName = '',
    file = path,
    providers = {},
    sourcemap = true,
    strict = false,
    trace = false,
    instrument = INSTRUMENT,
    endpoint,
  } = options;

  const lines = lineTable(code);
  const findings: Finding[] = [];
  const report = (finding: Finding): void => void findings.push(finding);
  const diagnostics = (): TransformResult['diagnostics'] =>
    findings.sort((a, b) => a.start - b.start).map((finding) => toDiagnostic(finding, file, lines, strict));

  const parseStart = performance.now();
  const parsed = parseFile(code, path);
  const parseMs = performance.now() - parseStart;
  if ('code' in parsed) {
    report(parsed);
    return { ...unchanged(code), diagnostics: diagnostics() };
  }

  const annotated = findAnnotated(code, parsed, providerTable(providers), report, trace);
  const facts: FileFacts = { source: code, packageName, file, lines, ordinals: new Map() };
  const plans: SitePlan[] = [];
  for (const { annotation, record } of annotated) {
    const plan = planSite(annotation, record, facts, report);
    if (plan !== undefined) plans.push(plan);
  }
  const stages = (edits: Stages['edits']): Stages | undefined =>
    options.stages ? makeStages(parsed.program, parseMs, annotated, edits) : undefined;
  if (plans.length === 0) return { ...unchanged(code), diagnostics: diagnostics(), stages: stages([]) };

  const edits = rewriteEdits(plans, {
    source: code,
    file,
    typescript: parsed.typescript,
    module: isCommonJs(code, parsed, path, options.format) ? 'commonjs' : 'module',
    instrument,
    endpoint,
    importAt: importOffset(
      parsed.program,
      annotated.map(({ comment }) => comment),
    ),
    lastAt: sourceMapComment(code, parsed.comments),
  });
  return {
    code: applyEdits(code, edits),
    map: sourcemap ? sourceMap(code, edits, path) : null,
    billables: plans.map(toBillable),
    diagnostics: diagnostics(),
    stages: stages(edits),
  };
}
