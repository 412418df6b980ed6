import type { SitePlan } from '../plan/plan.types.ts';
import type { BlockRecord } from '../syntax/records.ts';
import type { Edit } from './edit.ts';
import { waitWraps } from './wait-wraps.ts';
import { returnWrap, valueWrap, type Wrap, wrapEdits, yieldWraps } from './wraps.ts';

/** Names that one file's generated code uses. */
export interface BodyNames {
  readonly site: string;
  readonly call: string;
  readonly error: string;
}

/** The edits around one body. Everything stays on its line; expressions are put into calls as they are. */
export function bodyEdits(source: string, plan: SitePlan, names: BodyNames): Edit[] {
  const { body } = plan.record;
  const begin = `const ${names.call} = ${names.site}().${beginning(plan)};`;
  const close = `} catch (${names.error}) { throw ${names.call}.threw(${names.error}); } finally { ${names.call}.end(); }`;
  const { waits } = body;
  const open = waits === undefined || waits.hidden ? 'try {' : `try { ${names.call}.entered();`;
  const wraps = waits === undefined ? [] : waitWraps(source, waits, names.call);
  if (body.kind === 'block') {
    const edits = openEdits(source, body, begin, open);
    edits.push(...inner(source, body, names.call, wraps), { at: body.end, text: `${close} ` });
    return edits;
  }
  const { before, after } = valueWrap(source, body.value, `${names.call}.returned`);
  return [
    { at: body.value.start, text: `{ ${begin} ${open} return ${before.trimStart()}` },
    // what is behind an arrow function does not go on with it
    ...wrapEdits(source, wraps).filter(({ text }) => text !== ';'),
    { at: body.value.end, text: `${after}; ${close} }` },
  ];
}

function beginning({ record: { async, generator }, roots }: SitePlan): string {
  const kind = `${async ? 'Async' : ''}${generator ? 'Generator' : ''}${roots.length > 0 ? 'With' : ''}`;
  return `begin${kind}(${roots.map(({ expression }) => expression).join(', ')})`;
}

function openEdits(source: string, { start, needsSemicolon, tryAt }: BlockRecord, begin: string, open: string): Edit[] {
  const before = `${needsSemicolon ? ';' : ''} ${begin}`;
  if (tryAt === undefined) return [{ at: start, text: `${before} ${open}` }];
  return [
    { at: start, text: before },
    { at: tryAt, text: `${source[tryAt - 1] === ';' ? '' : ';'} ${open}` },
  ];
}

/** What stands between the two ends of the body. */
function inner(source: string, { returns, pauses }: BlockRecord, call: string, waits: readonly Wrap[]): Edit[] {
  const wraps = returns.map((value) => valueWrap(source, value, `${call}.returned`));
  wraps.push(...waits);
  if (pauses === undefined) return wrapEdits(source, wraps);
  for (const one of pauses.yields) wraps.push(...yieldWraps(source, one, call));
  for (const one of pauses.bareReturns) wraps.push(returnWrap(one, call));
  const edits = wrapEdits(source, wraps);
  // A generator that is left without `returned` or `completed` was ended by its caller.
  if (pauses.completes !== undefined) {
    const { at, needsSemicolon } = pauses.completes;
    edits.push({ at, text: `${needsSemicolon ? ';' : ''} ${call}.completed();` });
  }
  return edits;
}
