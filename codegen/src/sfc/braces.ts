// Behind one of these a slash begins a regular expression; behind anything else it divides.
const BEFORE_REGEXP = /(?:^|[-+*/%=<>!&|^~?:;,([{}]|\b(?:return|typeof|instanceof|in|of|void|delete|await|case))\s*$/;

/**
 * Offset behind the `}` that closes the `{` at `open`: an expression in markup may hold strings, templates, comments and
 * regular expressions with braces and tags of their own. Undefined when it is never closed.
 */
export function closeBrace(source: string, open: number): number | undefined {
  let depth = 0;
  let at = open;
  while (at < source.length) {
    const char = source[at] ?? '';
    if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return at + 1;
    if (char === '"' || char === "'") at = closeQuoted(source, at, char);
    else if (char === '`') at = closeTemplate(source, at);
    else if (char === '/') at = closeSlash(source, open, at);
    else at++;
  }
  return undefined;
}

function closeQuoted(source: string, open: number, quote: string): number {
  for (let at = open + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === quote || source[at] === '\n') return at + 1;
  }
  return source.length;
}

function closeTemplate(source: string, open: number): number {
  for (let at = open + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '`') return at + 1;
    else if (source.startsWith('${', at)) at = (closeBrace(source, at + 1) ?? source.length) - 1;
  }
  return source.length;
}

/** A comment, a regular expression, or a division. */
function closeSlash(source: string, expression: number, open: number): number {
  if (source.startsWith('/*', open)) return behind(source, '*/', open + 2);
  if (source.startsWith('//', open)) return behind(source, '\n', open + 2);
  // Blocks of a template end with `{/if}`.
  if (open === expression + 1 || !BEFORE_REGEXP.test(source.slice(expression, open))) return open + 1;
  let inClass = false;
  for (let at = open + 1; at < source.length && source[at] !== '\n'; at++) {
    const char = source[at];
    if (char === '\\') at++;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return at + 1;
  }
  return open + 1;
}

/** Offset behind the next occurrence of a text; the end when there is none. */
export function behind(source: string, text: string, from: number): number {
  const found = source.indexOf(text, from);
  return found < 0 ? source.length : found + text.length;
}
