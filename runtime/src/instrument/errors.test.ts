import { expect, it } from 'vitest';
import { OUTCOME } from './batch.ts';
import { outcomeOf, readError } from './errors.ts';

it('reads type, message, code and stack', () => {
  const error = Object.assign(new TypeError('bad'), { code: 'E_BAD' });
  expect(readError(error)).toEqual({ type: 'TypeError', message: 'bad', code: 'E_BAD', stack: error.stack });
});

it('names an unnamed subclass by its class', () => {
  class RateLimitError extends Error {
    status = 429;
    code = 429;
  }
  expect(readError(new RateLimitError('slow down'))).toMatchObject({ type: 'RateLimitError', code: '429' });
});

it.each([
  [undefined, { type: 'undefined', message: 'undefined' }],
  [null, { type: 'null', message: 'null' }],
  ['text', { type: 'string', message: 'text' }],
  [7n, { type: 'bigint', message: '7' }],
  [Symbol('s'), { type: 'symbol', message: 'Symbol(s)' }],
  [{ message: 'plain' }, { type: 'Object', message: 'plain' }],
  [Object.create(null), { type: 'Object', message: '' }],
])('reads %s', (thrown, facts) => {
  expect(readError(thrown)).toEqual(facts);
});

it('keeps what it got when reading throws', () => {
  const error = {
    name: 'Hostile',
    get message() {
      throw new Error('no');
    },
  };
  expect(readError(error)).toEqual({ type: 'Hostile', message: '' });
});

it('bounds message and stack', () => {
  const facts = readError(Object.assign(new Error('m'.repeat(9000)), { stack: 's'.repeat(9000) }));
  expect(facts.message).toHaveLength(1024);
  expect(facts.stack).toHaveLength(4096);
});

it('does not have the stack formatted where none is left', () => {
  const recurse = (): number => recurse() + 1;
  const { prepareStackTrace } = Error;
  let formatted = 0;
  Error.prepareStackTrace = (error) => {
    formatted++;
    return String(error);
  };
  try {
    recurse();
  } catch (error) {
    expect(readError(error)).toEqual({ type: 'RangeError', message: 'Maximum call stack size exceeded' });
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
  expect(formatted).toBe(0);
});

it('tells an abort from a failure', () => {
  class APIUserAbortError extends Error {}
  const abort = new AbortController();
  abort.abort();
  expect(outcomeOf(readError(abort.signal.reason))).toBe(OUTCOME.aborted);
  expect(outcomeOf(readError(new APIUserAbortError()))).toBe(OUTCOME.aborted);
  expect(outcomeOf(readError(Object.assign(new Error(), { code: 'ABORT_ERR' })))).toBe(OUTCOME.aborted);
  expect(outcomeOf(readError(new Error('AbortError')))).toBe(OUTCOME.error);
});

it('tells what an error came from, as Node prints it, with the code of the first that has one', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  const failed = new TypeError('fetch failed', { cause: refused });
  const outer = new Error('no answer', { cause: failed });
  const facts = readError(outer);
  expect(facts).toMatchObject({ type: 'Error', message: 'no answer', code: 'ECONNREFUSED' });
  expect(facts.stack).toBe([outer.stack, failed.stack, refused.stack].join('\n[cause]: '));
  expect(readError(new Error('no', { cause: 'a reason' })).stack).toMatch(/\n\[cause\]: a reason$/);
});

it('follows no circle of causes, no proxy, and not into an abort', () => {
  const circle = new Error('round');
  circle.cause = circle;
  expect(readError(circle).stack?.split('[cause]')).toHaveLength(5);
  let asked = 0;
  const proxy = new Proxy({}, { get: () => asked++ });
  readError(new Error('x', { cause: proxy }));
  const hostile = {
    get message() {
      throw new Error('no');
    },
  };
  expect(readError(new Error('kept', { cause: hostile }))).toMatchObject({ message: 'kept' });
  const abort = new AbortController();
  abort.abort();
  const facts = readError(new Error('gave up', { cause: Object.assign(new Error(), { code: 'ABORT_ERR' }) }));
  expect(facts.code).toBeUndefined();
  expect(outcomeOf(readError(new Error('gave up', { cause: abort.signal.reason })))).toBe(OUTCOME.error);
});

it('cuts a text behind a word, so that half a secret does not stand there unknown', () => {
  const secret = `sk-proj-${'x'.repeat(40)}`;
  const { message } = readError(new Error(`${'m'.repeat(1000)} ${secret} and more`));
  expect(message).toBe('m'.repeat(1000));
});
