import { closeBrace } from './braces.ts';

/** A start tag of markup. */
export interface Tag {
  /** As written: names of components differ from elements in nothing but case. */
  readonly name: string;
  /** Values of attributes by name; '' for one without a value. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly selfClosing: boolean;
  /** Behind the `>`. */
  readonly end: number;
}

const NAME = /[A-Za-z][^\s/>]*/y;
const ATTRIBUTE = /[^\s/>=]+/y;
const UNQUOTED = /[^\s>]*/y;

/** The start tag whose `<` is at `open`; undefined when none is there. `braces`: values may be expressions in braces. */
export function readTag(source: string, open: number, braces: boolean): Tag | undefined {
  const name = match(NAME, source, open + 1);
  if (name === undefined) return undefined;
  const attributes = new Map<string, string>();
  let at = open + 1 + name.length;
  while (at < source.length) {
    const char = source[at] ?? '';
    if (char === '>') return { name, attributes, selfClosing: source[at - 1] === '/', end: at + 1 };
    if (braces && char === '{') at = closeBrace(source, at) ?? at + 1;
    else {
      const attribute = /\s/.test(char) || char === '/' ? undefined : match(ATTRIBUTE, source, at);
      if (attribute === undefined) {
        at++;
        continue;
      }
      const { value, end } = readValue(source, at + attribute.length, braces);
      attributes.set(attribute, value);
      at = end;
    }
  }
  return undefined;
}

/** The value that may follow the name of an attribute. */
function readValue(source: string, from: number, braces: boolean): { value: string; end: number } {
  const equals = skipSpace(source, from);
  if (source[equals] !== '=') return { value: '', end: from };
  const start = skipSpace(source, equals + 1);
  const quote = source[start];
  if (quote === '"' || quote === "'") {
    const end = closeQuote(source, start, quote, braces);
    return { value: source.slice(start + 1, end - 1), end };
  }
  if (braces && quote === '{') {
    const end = closeBrace(source, start) ?? start + 1;
    return { value: source.slice(start, end), end };
  }
  const value = match(UNQUOTED, source, start) ?? '';
  return { value, end: start + value.length };
}

function closeQuote(source: string, open: number, quote: string, braces: boolean): number {
  let at = open + 1;
  while (at < source.length) {
    if (source[at] === quote) return at + 1;
    at = braces && source[at] === '{' ? (closeBrace(source, at) ?? at + 1) : at + 1;
  }
  return source.length;
}

function skipSpace(source: string, from: number): number {
  let at = from;
  while (/\s/.test(source[at] ?? '')) at++;
  return at;
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
