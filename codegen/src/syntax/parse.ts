import type { Comment, ParseResult, Program, SourceLang, SourceType } from 'yuku-parser';
import { parse } from '#parser';
import type { Finding } from '../diagnostics/finding.ts';

export interface ParsedFile {
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly typescript: boolean;
  /** It is no module: its name says so, or it holds what only scripts may. */
  readonly script: boolean;
}

let parses = 0;

/** How many times this copy of codegen has parsed a file: the proof that files without the tag are never parsed. */
export function parseCount(): number {
  return parses;
}

/** Parses a file by what its name says; a finding when its syntax is wrong. Query strings of bundlers do not count. */
export function parseFile(code: string, id: string): ParsedFile | Finding {
  parses++;
  const path = withoutQuery(id);
  const lang = langOf(path);
  const typescript = lang === 'ts' || lang === 'tsx';
  const script: SourceType = 'commonjs';
  const named = /\.c[jt]s$/.test(path);
  const first = parse(code, { lang, sourceType: named ? script : 'module' });
  const problem = problemIn(first);
  if (problem === undefined) return treeOf(first, typescript, named);
  if (/\.[jt]sx?$/.test(path)) {
    // Sloppy CommonJS is no module, and only its content says so.
    parses++;
    const second = parse(code, { lang, sourceType: script });
    const again = problemIn(second);
    if (again === undefined) return treeOf(second, typescript, true);
    if (again.start > problem.start) return again;
  }
  return problem;
}

function problemIn({ diagnostics }: ParseResult): Finding | undefined {
  const problem = diagnostics.find(({ severity }) => severity === 'error');
  if (problem === undefined) return undefined;
  const { message, start, end } = problem;
  return { code: 'PAN1001', message, start, end: Math.max(end, start + 1) };
}

/** The tree is decoded here, recursively: thousands of operators in one expression are too many for the stack. */
function treeOf(result: ParseResult, typescript: boolean, script: boolean): ParsedFile | Finding {
  try {
    return { program: result.program, comments: result.comments, typescript, script };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return {
      code: 'PAN1001',
      message: 'An expression of the file is nested too deeply to be read.',
      start: 0,
      end: 1,
      fix: 'Move the annotated functions into a file of their own.',
    };
  }
}

/** Whether a file cannot be a module, or cannot be CommonJS: also by rules that only a whole scope shows. */
export function isRefused(code: string, path: string, sourceType: 'module' | 'commonjs'): boolean {
  parses++;
  return parse(code, { lang: langOf(path), sourceType, semanticErrors: true }).diagnostics.some(
    ({ severity }) => severity === 'error',
  );
}

export const withoutQuery = (id: string): string => {
  const query = id.indexOf('?');
  return query < 0 ? id : id.slice(0, query);
};

function langOf(path: string): SourceLang {
  if (/\.[mc]?ts$/.test(path)) return 'ts';
  if (path.endsWith('.tsx')) return 'tsx';
  // JSX in plain `.js` files is common and costs nothing to allow.
  return 'jsx';
}
