import { expect, it } from 'vitest';
import { parseTraceparent } from './traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARSED = { trace_id: TRACE, span_id: SPAN };

it.each([
  ['as version 00 says', `00-${TRACE}-${SPAN}-01`],
  ['with white space around it', ` 00-${TRACE}-${SPAN}-00\t`],
  ['with flags nobody has defined', `00-${TRACE}-${SPAN}-ff`],
  ['of a later version', `cc-${TRACE}-${SPAN}-01`],
  ['of a later version that says more', `01-${TRACE}-${SPAN}-01-what-the-future-will-be-like`],
])('takes a header %s', (_, header) => {
  expect(parseTraceparent(header)).toEqual(PARSED);
});

it.each([
  ['no header', undefined],
  ['nothing', ''],
  ['version ff', `ff-${TRACE}-${SPAN}-01`],
  ['a version that is no hex', `.0-${TRACE}-${SPAN}-01`],
  ['a version of one digit', `0-${TRACE}-${SPAN}-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['upper case in the trace', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['upper case in the span', `00-${TRACE}-${SPAN.toUpperCase()}-01`],
  ['upper case in the flags', `00-${TRACE}-${SPAN}-0A`],
  ['a trace that is too short', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ['a span that is too long', `00-${TRACE}-${SPAN}0-01`],
  ['flags of one digit', `00-${TRACE}-${SPAN}-1`],
  ['version 00 that says more', `00-${TRACE}-${SPAN}-01-more`],
  ['a later version that says more without a hyphen', `01-${TRACE}-${SPAN}-01.more`],
  ['two headers', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
])('refuses %s', (_, header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});
