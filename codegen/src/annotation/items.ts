import type { Finding } from '../diagnostics/finding.ts';
import { isSpace } from './lines.ts';

/** One value, or one item of a comma list, as written. */
export interface Item {
  /** `quoted` is text whatever it looks like; `bare` may be a number, a truth value or a reference. */
  readonly kind: 'bare' | 'quoted';
  /** Without quotes, escapes resolved. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Reads one item; undefined when there is none. A broken string is reported and read to the end of its line. */
export function readItem(
  source: string,
  start: number,
  lineEnd: number,
  report: (finding: Finding) => void,
): Item | undefined {
  const quote = start < lineEnd ? source[start] : undefined;
  if (quote === '"' || quote === "'") return readQuoted(source, start, lineEnd, quote, report);
  let end = start;
  while (end < lineEnd && source[end] !== ',' && !isSpace(source[end])) end++;
  return end === start ? undefined : { kind: 'bare', text: source.slice(start, end), start, end };
}

function readQuoted(
  source: string,
  start: number,
  lineEnd: number,
  quote: string,
  report: (finding: Finding) => void,
): Item {
  let text = '';
  let position = start + 1;
  while (position < lineEnd && source[position] !== quote) {
    if (source[position] === '\\' && position + 1 < lineEnd) {
      position++;
      const escaped = source[position] ?? '';
      text += ESCAPES[escaped] ?? escaped;
    } else text += source[position];
    position++;
  }
  if (position >= lineEnd) {
    report({ code: 'PAN1106', message: 'The string is not closed.', start, end: lineEnd });
    return { kind: 'quoted', text, start, end: lineEnd };
  }
  const end = position + 1;
  if (end < lineEnd && source[end] !== ',' && !isSpace(source[end])) {
    let after = end;
    while (after < lineEnd && !isSpace(source[after])) after++;
    report({
      code: 'PAN1105',
      message: 'Text follows the closing quote.',
      start: end,
      end: after,
      fix: 'Put a space behind the string, or take the text into it.',
    });
    return { kind: 'quoted', text, start, end: after };
  }
  return { kind: 'quoted', text, start, end };
}
