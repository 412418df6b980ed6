import type { LoopRange, Range, WaitRange, Waits } from '../syntax/records.ts';
import { valueWrap, type Wrap } from './wraps.ts';

const NOTHING: ReadonlySet<string> = new Set();
/** An operand that ends with `++` or `--` is the only one that these would not go on with. */
const CALLS: ReadonlySet<string> = new Set(['(', '[', '`']);

/** What tells a traced call where its body is left and entered again. */
export function waitWraps(source: string, waits: Waits, call: string): Wrap[] {
  const { awaits, delegates, loops, handlers, hidden } = waits;
  // Where it waits unsaid, a caller could be left with the store of this call: it is entered behind an `await` only.
  const entered = hidden ? '' : ` ${call}.entered();`;
  return [
    ...awaits.flatMap((one) => around(source, one, `${call}.awaited`, `${call}.awaiting`)),
    ...delegates.flatMap((one) => around(source, one, `${call}.delegated`, `${call}.delegating`)),
    ...loops.flatMap((one) => aroundLoop(source, one, call, entered)),
    ...handlers.map((block) => inside(block, entered, '')),
  ];
}

/** `await x` becomes `awaited(await awaiting(x))`. */
function around(source: string, { start, end, value }: WaitRange, outer: string, inner: string): Wrap[] {
  const stops = /(\+\+|--)$/.test(source.slice(value.start, value.end)) ? CALLS : NOTHING;
  return [
    { start, end, before: `${outer}(`, after: ')', rank: 1, stops },
    { ...valueWrap(source, value, inner), stops },
  ];
}

/** What it goes over says itself when it waits: in front of each turn, and where it is left. */
function aroundLoop(source: string, loop: LoopRange, call: string, entered: string): Wrap[] {
  const { start, end, value, body, block } = loop;
  return [
    { start, end, before: '{ ', after: `${entered} }`, rank: -1, stops: NOTHING },
    { ...valueWrap(source, value, `${call}.iterating`), stops: NOTHING },
    inside(body, `${block ? '' : '{'} ${call}.awaited();${block ? '' : ' '}`, block ? '' : '}'),
  ];
}

const inside = ({ start, end }: Range, before: string, after: string): Wrap => ({
  start,
  end,
  before,
  after,
  rank: -2,
  stops: NOTHING,
});
