import type { Finding } from '../diagnostics/finding.ts';
import type { Literal } from './annotation.types.ts';
import type { Item } from './items.ts';
import type { KeyRule } from './keys.ts';
import { parseReference, type Reference } from './reference.ts';
import type { Entry } from './tokens.ts';

export type Value = { readonly literal: Literal } | { readonly reference: Reference };

/** The value of an entry, checked against the rule of its key; undefined when it was reported. */
export function readAnnotationValue(
  entry: Entry,
  rule: KeyRule,
  report: (finding: Finding) => void,
): Value | undefined {
  const { key, items, valueStart: start, valueEnd: end } = entry;
  const [first] = items;
  if (first === undefined) return undefined;
  const wrong = (message: string, fix: string): undefined =>
    report({ code: 'PAN1105', message, start, end, fix }) as undefined;

  const reference = items.find(isReference);
  if (reference !== undefined) {
    if (rule.literal) {
      report({ code: 'PAN1113', message: `\`${key}\` takes no reference.`, start, end });
      return undefined;
    }
    if (items.length > 1)
      return wrong('A list takes no references.', `Refer to one value: \`${key}=${reference.text}\`.`);
    const parsed = parseReference(reference.text);
    if (parsed !== undefined) return { reference: parsed };
    report({ code: 'PAN1112', message: `\`${reference.text}\` is no reference.`, start, end });
    return undefined;
  }

  if (rule.value === 'list') return { literal: items.map((item) => item.text) };
  if (items.length > 1) {
    return wrong(`\`${key}\` takes one value.`, 'Write one value; a comma is kept inside quotes.');
  }
  if (first.text === '') {
    report({ code: 'PAN1104', message: `\`${key}\` is empty.`, start, end });
    return undefined;
  }
  switch (rule.value) {
    case 'object':
      return wrong(
        `\`${key}\` takes a reference to an object of quantities.`,
        `Write for example \`${key}=$result.usage\`.`,
      );
    case 'count':
      return isNumber(first.text)
        ? count(Number(first.text), entry, report)
        : wrong(`\`${key}\` takes a number, not \`${first.text}\`.`, `Write for example \`${key}=1\`.`);
    case 'money':
      return isNumber(first.text)
        ? { literal: decimal(first.text) }
        : wrong(`\`${key}\` takes a decimal number, not \`${first.text}\`.`, `Write for example \`${key}=0.002\`.`);
    case 'any':
      return { literal: bareLiteral(first) };
    default:
      return { literal: first.text };
  }
}

const isReference = (item: Item): boolean => item.kind === 'bare' && item.text.startsWith('$');

const isNumber = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);

/** Decimals that a float would round stay text. */
function decimal(text: string): number | string {
  return String(Number(text)) === text ? Number(text) : text;
}

function count(value: number, entry: Entry, report: (finding: Finding) => void): Value | undefined {
  if (value >= 0) return { literal: value };
  report({
    code: 'PAN1110',
    message: `\`${entry.key}\` cannot be negative.`,
    start: entry.valueStart,
    end: entry.valueEnd,
  });
  return undefined;
}

function bareLiteral({ kind, text }: Item): Literal {
  if (kind === 'quoted') return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return isNumber(text) ? Number(text) : text;
}
