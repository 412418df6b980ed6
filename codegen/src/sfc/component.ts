import { providerTable } from '@panoptic/runtime/providers';
import { INSTRUMENT } from '../abi.ts';
import { type Finding, toDiagnostic } from '../diagnostics/finding.ts';
import { lineTable } from '../diagnostics/lines.ts';
import { mayHaveBillable } from '../filter.ts';
import { findAnnotated } from '../find.ts';
import { type FileFacts, planSite } from '../plan/plan.ts';
import type { SitePlan } from '../plan/plan.types.ts';
import { toBillable, unchanged } from '../result.ts';
import { bodyEdits } from '../rewrite/body.ts';
import { lineEnd } from '../rewrite/frame.ts';
import { nameGiver } from '../rewrite/names.ts';
import { applyEdits, sourceMap } from '../rewrite/rewrite.ts';
import { siteCode } from '../rewrite/site.ts';
import { parseFile } from '../syntax/parse.ts';
import type { TransformOptions, TransformResult } from '../types.ts';
import type { ComponentKind } from './kind.ts';
import { type ScriptBlock, scanScripts } from './scan.ts';

/** The component with everything blank but one script: every offset and line in it is one of the component. */
function alone(component: string, { start, end }: ScriptBlock): string {
  const blank = (text: string): string => text.replaceAll(/[^\r\n\u2028\u2029]/g, ' ');
  return blank(component.slice(0, start)) + component.slice(start, end) + blank(component.slice(end));
}

/**
 * Instruments the scripts of a Vue or Svelte component. Their compilers show to the template whatever a script declares
 * or imports, and run much of it for every instance; so the bodies call site functions that the component does not
 * declare, and `sites` is what has to be added to the module that the compiler makes of it.
 */
export function transformComponent(
  code: string,
  path: string,
  kind: ComponentKind,
  options: TransformOptions,
): TransformResult {
  const { packageName = '', file = path, providers = {}, sourcemap = true, strict = false, trace = false } = options;
  const { instrument = INSTRUMENT, endpoint } = options;
  const lines = lineTable(code);
  const findings: Finding[] = [];
  const report = (finding: Finding): void => void findings.push(finding);
  const table = providerTable(providers);
  const ordinals: FileFacts['ordinals'] = new Map();
  const plans: SitePlan[] = [];
  const blocks = scanScripts(code, kind);
  // One language for all scripts of a component: Vue insists on it, Svelte takes the first it finds.
  const lang = blocks.find((block) => block.lang !== '')?.lang ?? 'js';
  for (const block of blocks) {
    if (!mayHaveBillable(code.slice(block.start, block.end))) continue;
    const source = alone(code, block);
    const parsed = parseFile(source, `${path}.${lang}`);
    if ('code' in parsed) {
      report(parsed);
      continue;
    }
    const facts: FileFacts = { source, packageName, file, lines, ordinals };
    for (const { annotation, record } of findAnnotated(source, parsed, table, report, trace)) {
      const plan = planSite(annotation, record, facts, report);
      if (plan !== undefined) plans.push(plan);
    }
  }
  findings.sort((a, b) => a.start - b.start);
  const diagnostics = findings.map((finding) => toDiagnostic(finding, file, lines, strict));
  if (plans.length === 0) return { ...unchanged(code), diagnostics };

  const eol = lineEnd(code);
  const give = nameGiver(code);
  const make = give('site');
  const names = { call: give('call'), error: give('error') };
  const named = plans.map((plan) => ({ plan, site: give(plan.record.name) }));
  // Where an inner function ends together with an outer one, the inner text comes first.
  const edits = named
    .toReversed()
    .flatMap(({ plan, site }) => bodyEdits(code, plan, { ...names, site }))
    .sort((a, b) => a.at - b.at);
  const functions = named.map(({ plan, site }) => siteCode(plan, file, { site, make }, false, eol, endpoint));
  return {
    code: applyEdits(code, edits),
    map: sourcemap ? sourceMap(code, edits, path) : null,
    billables: plans.map(toBillable),
    diagnostics,
    stages: undefined,
    sites: {
      names: named.map(({ site }) => site),
      code: [`import { site as ${make} } from '${instrument}';`, ...functions, ''].join(eol),
    },
  };
}
