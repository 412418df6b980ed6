import { ABI } from '../abi.ts';
import type { Read, SitePlan } from '../plan/plan.types.ts';
import { literal, objectLiteral } from './literal.ts';
import { handleOf } from './names.ts';

/**
 * The function that gives the site of one annotated function, made at its first call.
 * A hoisted function over a `var`: it works in import cycles, before the module's body has run, and an unused one is dropped by bundlers.
 */
export function siteCode(
  plan: SitePlan,
  file: string,
  names: { site: string; make: string },
  typescript: boolean,
  eol: string,
  endpoint?: string,
): string {
  const { record, annotation } = plan;
  const facts: [string, unknown][] = [
    ['id', plan.id],
    ['name', record.name],
    ['file', file],
    ['line', plan.line],
    ['kind', record.kind],
    ['async', record.async],
  ];
  if (record.generator) facts.push(['generator', true]);
  const bill: [string, unknown][] = [
    ['provider', annotation.provider.name],
    ['category', plan.category],
  ];
  if (record.params.some(({ type }) => type !== undefined)) {
    bill.push(['args', record.params.map(({ type }) => type ?? 'unknown')]);
  }
  bill.push(['body', plan.body]);
  if (annotation.context !== undefined) bill.push(['context', annotation.context]);
  if (annotation.sample !== undefined) bill.push(['sample', annotation.sample]);
  if (annotation.stream) bill.push(['stream', true]);
  if (record.body.waits !== undefined) bill.push(['trace', true]);

  const lines = [row(facts), row(bill)];
  const { attributes } = annotation;
  const values = Object.keys(attributes).length > 0 ? { ...annotation.values, attributes } : annotation.values;
  if (Object.keys(values).length > 0) lines.push(row([['values', values]]));
  const any = typescript ? ': any' : '';
  if (plan.onStart.length > 0) {
    lines.push(
      `onStart: (${plan.roots.map(({ parameter }) => parameter + any).join(', ')}) => (${reader(plan.onStart)}),`,
    );
  }
  if (plan.onResult.length > 0) lines.push(`onResult: (result${any}) => (${reader(plan.onResult)}),`);

  const handle = handleOf(names.site);
  return [
    `var ${handle}${typescript ? `: ReturnType<typeof ${names.make}> | undefined` : ''};`,
    `function ${names.site}() {`,
    `  return ${handle} ??= ${names.make}(${ABI}, {`,
    ...lines.map((line) => `    ${line}`),
    endpoint === undefined ? '  });' : `  }, ${literal(endpoint)});`,
    '}',
  ].join(eol);
}

const row = (entries: readonly [string, unknown][]): string =>
  `${entries.map(([key, value]) => `${key}: ${literal(value)}`).join(', ')},`;

/** The object of values that a reader returns; a chain of `?.` never throws for a missing link. */
function reader(reads: readonly Read[]): string {
  const entries: [string, string][] = [];
  const attributes: [string, string][] = [];
  for (const { key, attribute, parameter, path } of reads) {
    const chain = path.map((part) => (typeof part === 'number' ? `?.[${part}]` : `?.${part}`)).join('');
    (attribute ? attributes : entries).push([key, parameter + chain]);
  }
  if (attributes.length > 0) entries.push(['attributes', objectLiteral(attributes)]);
  return objectLiteral(entries);
}
