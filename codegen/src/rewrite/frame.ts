import type { Edit } from './edit.ts';

/** How a file gets at the runtime. */
export type ModuleKind = 'module' | 'commonjs';

/** The import, on the line of the first statement, so that no line moves. */
export function importEdit(at: number, kind: ModuleKind, make: string, from: string): Edit {
  const text =
    kind === 'module'
      ? `import { site as ${make} } from '${from}'; `
      : `const { site: ${make} } = require('${from}'); `;
  return { at, text };
}

/** The site functions, at the end of the file but before a source map comment at `last`, which must stay last. */
export function sitesEdit(source: string, sites: readonly string[], eol: string, last: number | undefined): Edit {
  if (last !== undefined) return { at: last, text: eol + sites.join(eol) + eol };
  const ended = source.endsWith('\n');
  return { at: source.length, text: (ended ? eol : eol + eol) + sites.join(eol) + (ended ? eol : '') };
}

export const lineEnd = (source: string): string => (source.includes('\r\n') ? '\r\n' : '\n');
