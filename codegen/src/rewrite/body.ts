import type { SitePlan } from '../plan/plan.types.ts';
import type { ValueRange } from '../syntax/records.ts';
import type { Edit } from './edit.ts';

/** Names that one file's generated code uses. */
export interface BodyNames {
  readonly site: string;
  readonly call: string;
  readonly error: string;
}

/** The edits around one body. Everything stays on its line, and nothing inside an expression is touched. */
export function bodyEdits(source: string, { record, roots }: SitePlan, names: BodyNames): Edit[] {
  const { body, async } = record;
  const begin = `begin${async ? 'Async' : ''}${roots.length > 0 ? 'With' : ''}(${roots.map(({ expression }) => expression).join(', ')})`;
  const open = `const ${names.call} = ${names.site}().${begin}; try {`;
  const close = `} catch (${names.error}) { throw ${names.call}.threw(${names.error}); } finally { ${names.call}.end(); }`;
  if (body.kind === 'block') {
    const edits = [{ at: body.start, text: `${body.needsSemicolon ? ';' : ''} ${open}` }];
    for (const value of body.returns) edits.push(...returnedEdits(source, value, names.call));
    edits.push({ at: body.end, text: `${close} ` });
    return edits;
  }
  const [before, after] = returnedTexts(body.value, names.call);
  return [
    { at: body.value.start, text: `{ ${open} return ${before}` },
    { at: body.value.end, text: `${after}; ${close} }` },
  ];
}

function returnedEdits(source: string, value: ValueRange, call: string): Edit[] {
  const [before, after] = returnedTexts(value, call);
  // `return(x)` and `return/re/` need no space of their own; a name behind `return` does.
  const glued = /[\w$]/.test(source[value.start - 1] ?? '');
  const edits = [{ at: value.start, text: glued ? ` ${before}` : before }];
  if (after !== '') edits.push({ at: value.end, text: after });
  return edits;
}

/** What goes in front of a returned value and behind it. Parentheses that are there already serve as the call's own. */
function returnedTexts({ parenthesised, sequence }: ValueRange, call: string): [string, string] {
  const callee = `${call}.returned`;
  if (parenthesised) return [callee, ''];
  return sequence ? [`${callee}((`, '))'] : [`${callee}(`, ')'];
}
