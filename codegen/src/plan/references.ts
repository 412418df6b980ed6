import { suggest } from '@panoptic/runtime/providers';
import type { BoundReference } from '../annotation/annotation.types.ts';
import type { Finding } from '../diagnostics/finding.ts';
import type { FunctionRecord } from '../syntax/records.ts';
import type { Read, Root } from './plan.types.ts';

export interface ReferencePlan {
  readonly roots: readonly Root[];
  readonly onStart: readonly Read[];
  readonly onResult: readonly Read[];
}

/** Finds what each reference reads; undefined when one of them reads nothing, which was reported. */
export function planReferences(
  references: readonly BoundReference[],
  record: FunctionRecord,
  report: (finding: Finding) => void,
): ReferencePlan | undefined {
  const roots: Root[] = [];
  const onStart: Read[] = [];
  const onResult: Read[] = [];
  let broken = false;
  for (const { key, attribute, path, root, start, end } of references) {
    const nothing = missing(root, path, record);
    if (nothing !== undefined) {
      broken = true;
      report({ code: 'PAN1306', message: nothing, start, end });
      continue;
    }
    if (root === 'result') {
      onResult.push({ key, attribute, path, parameter: 'result' });
      continue;
    }
    const found = rootOf(root, record);
    if ('code' in found) {
      broken = true;
      report({ ...found, start, end });
      continue;
    }
    let known = roots.find(({ expression }) => expression === found.expression);
    if (known === undefined) roots.push((known = { ...found, parameter: unused(found.parameter, roots) }));
    onStart.push({ key, attribute, path, parameter: known.parameter });
  }
  return broken ? undefined : { roots, onStart, onResult };
}

/** What a reference cannot have here, in a sentence. */
function missing(
  root: string | number,
  [first]: readonly (string | number)[],
  { kind, derived, name }: FunctionRecord,
): string | undefined {
  if (root === 'this' && derived) return `\`${name}\` has no \`this\` before \`super()\`.`;
  if (root === 'this' && kind === 'getter' && name.split('.').at(-1) === first)
    return `\`$this.${first}\` is the getter itself, and reading it would call it again.`;
  if (root !== 'result') return undefined;
  if (kind === 'constructor') return 'A constructor has no result of its own.';
  return kind === 'setter' ? 'A setter has no result.' : undefined;
}

function unused(name: string, roots: readonly Root[]): string {
  let free = name;
  while (roots.some(({ parameter }) => parameter === free)) free += '_';
  return free;
}

function rootOf(root: string | number, record: FunctionRecord): Root | Omit<Finding, 'start' | 'end'> {
  if (root === 'this') return { expression: 'this', parameter: '$this' };
  if (typeof root === 'number') return byPosition(root, record);
  const names = record.params.flatMap(({ bound }) => bound);
  if (names.includes(root)) return { expression: root, parameter: root };
  const meant = suggest(root, [...names, 'result', 'this'], (length) => Math.min(2, length - 1));
  return {
    code: 'PAN1304',
    message: `\`${record.name}\` has no parameter \`${root}\`.`,
    ...(meant === undefined ? {} : { fix: `Did you mean \`$${meant}\`?` }),
  };
}

function byPosition(position: number, record: FunctionRecord): Root | Omit<Finding, 'start' | 'end'> {
  const param = record.params[position];
  if (param === undefined) {
    return { code: 'PAN1304', message: `\`${record.name}\` has no parameter ${position}; positions begin at 0.` };
  }
  if (param.name !== undefined) return { expression: param.name, parameter: param.name };
  if (record.kind !== 'arrow') return { expression: `arguments[${position}]`, parameter: `$${position}` };
  return {
    code: 'PAN1305',
    message: `Parameter ${position} of this arrow function is a pattern without a name.`,
    fix: `Refer to one of ${param.bound.map((name) => `\`$${name}\``).join(', ') || 'its names'}.`,
  };
}
