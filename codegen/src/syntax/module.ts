import type { Comment, Program } from 'yuku-parser';
import type { ModuleKind } from '../rewrite/frame.ts';
import { outerStart } from './node.ts';
import { isRefused, type ParsedFile } from './parse.ts';

/**
 * Where the import goes: in front of the first statement that is no directive. An annotation above that statement goes
 * with it, so that it still stands above its function; other comments (licence, pragmas) stay first in the file.
 */
export function importOffset(program: Program, annotated: readonly Comment[]): number {
  let directiveEnd = 0;
  for (const statement of program.body) {
    if (statement.type === 'ExpressionStatement' && typeof statement.directive === 'string') {
      directiveEnd = statement.end;
      continue;
    }
    const start = outerStart(statement);
    const above = annotated.find((comment) => comment.start >= directiveEnd && comment.start < start);
    return above?.start ?? start;
  }
  return directiveEnd;
}

/** Where the source map comment stands that ends a file. The same text can end a template, so only comments count. */
export function sourceMapComment(source: string, comments: readonly Comment[]): number | undefined {
  const last = comments.at(-1);
  if (last?.type !== 'Line' || !last.value.startsWith('# sourceMappingURL=')) return undefined;
  const alone = last.start === 0 || /[\n\r\u2028\u2029]/.test(source[last.start - 1] ?? '');
  return alone && source.slice(last.end).trim() === '' ? last.start : undefined;
}

const MODULE_SYNTAX = new Set<string>([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportDefaultDeclaration',
  'ExportAllDeclaration',
  'TSNamespaceExportDeclaration',
]);

// TypeScript's `import x = require()` and `export =` become `require` and `module.exports`, beside which webpack and Node
// take no import.
const COMMONJS =
  /\brequire\s*\(\s*['"`]|\bmodule\.exports\b|\bexports\.[\w$]+\s*=|\bexports\[|\(\s*exports\s*,|^export\s*=/m;

/**
 * CommonJS by name (`.cjs`, `.cts`), by what modules refuse, by what loads it (`format`), or by content; a file that imports
 * or exports is a module whatever its name.
 */
export function isCommonJs(
  source: string,
  { program, script }: ParsedFile,
  path: string,
  format: ModuleKind | undefined,
): boolean {
  if (/\.m[jt]s$/.test(path) || program.body.some(({ type }) => MODULE_SYNTAX.has(type))) return false;
  if (script || format === 'module') return script;
  // Node takes a file with `import.meta` or `await` at the top for a module all the same.
  if (format === 'commonjs') return !isRefused(source, path, 'commonjs');
  // An import would break a file that breaks a rule of strict code.
  return COMMONJS.test(source) || (isRefused(source, path, 'module') && !isRefused(source, path, 'commonjs'));
}
