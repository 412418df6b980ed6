import { skipTrivia } from '../syntax/locate.ts';
import type { Range, ValueRange, YieldRange } from '../syntax/records.ts';
import type { Edit } from './edit.ts';

/** An expression and what goes around it. */
export interface Wrap extends Range {
  readonly before: string;
  readonly after: string;
  /** Of two wraps of one range, the one with the lower rank is the outer. */
  readonly rank: number;
  /** First characters of a next line that would go on with the wrap and did not go on with what is in it. */
  readonly stops?: ReadonlySet<string>;
}

/** Makes a returned or yielded value the argument of a call. Parentheses that are there already serve as the call's own. */
export function valueWrap(source: string, { start, end, parenthesised, sequence }: ValueRange, callee: string): Wrap {
  // `return(x)` and `return/re/` need no space of their own; a name behind `return` does.
  const space = /[\w$]/.test(source[start - 1] ?? '') ? ' ' : '';
  const [before, after] = parenthesised ? ['', ''] : sequence ? ['((', '))'] : ['(', ')'];
  return { start, end, before: `${space}${callee}${before}`, after, rank: 0 };
}

/** `yield x` becomes `resumed(yield paused(x))`: what runs between the two calls is not the generator. */
export function yieldWraps(source: string, { start, end, value }: YieldRange, call: string): Wrap[] {
  const paused = `${call}.paused`;
  const after = value === undefined ? ` ${paused}())` : ')';
  const outer = { start, end, before: `${call}.resumed(`, after, rank: 1 };
  return value === undefined ? [outer] : [outer, valueWrap(source, value, paused)];
}

/** A `return` without a value, which stays one: an async generator waits for a value. */
export function returnWrap({ start, end }: Range, call: string): Wrap {
  return { start, end, before: `{ ${call}.completed(); `, after: ' }', rank: 0 };
}

/** Edits for wraps that nest: at one offset the outer one opens first and closes last, and what ends there closes before that. */
export function wrapEdits(source: string, wraps: readonly Wrap[]): Edit[] {
  const outerFirst = wraps.toSorted((a, b) => a.start - b.start || b.end - a.end || a.rank - b.rank);
  const innerFirst = wraps
    .toSorted((a, b) => a.end - b.end || b.start - a.start || b.rank - a.rank)
    .filter(({ after }) => after !== '');
  const close = ({ end, after }: Wrap): Edit => ({ at: end, text: after });
  return [
    ...innerFirst.filter((wrap) => !isEmpty(wrap)).map(close),
    ...outerFirst.map(({ start, before }) => ({ at: start, text: before })),
    ...innerFirst.filter(isEmpty).map(close),
    ...[...new Set(wraps.filter((wrap) => isContinued(source, wrap)).map(({ end }) => end))].map((at) => ({
      at,
      text: ';',
    })),
  ];
}

/** Around nothing, as in a block without statements. */
const isEmpty = ({ start, end }: Wrap): boolean => start === end;

/**
 * What goes on with a call although it stands on the next line. `yield` without a value and an arrow function end there
 * by themselves; the call that is around them now does not.
 */
const CONTINUES_CALL: ReadonlySet<string> = new Set(['(', '[', '`', '/', '+', '-', '<', '.']);

const isContinued = (source: string, { end, stops = CONTINUES_CALL }: Wrap): boolean =>
  stops.has(source[skipTrivia(source, end)] ?? '');
