import { expect, it } from 'vitest';
import { errorText, messageText } from './error-text.ts';

const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
const getter = {
  get message(): string {
    throw new Error('no');
  },
};

it.each<[string, unknown, string, string]>([
  ['an error', new TypeError('boom'), 'TypeError: boom', 'boom'],
  ['a message that is no text', { message: 5 }, '[object Object]', '[object Object]'],
  ['a text', 'text', 'text', 'text'],
  ['nothing', null, 'null', 'null'],
  ['a symbol', Symbol('s'), 'Symbol(s)', 'Symbol(s)'],
  ['no prototype', Object.create(null), 'object', 'object'],
  ['a revoked proxy', proxy, 'object', 'object'],
  ['a getter', getter, '[object Object]', 'object'],
])('says what can be said of what was thrown: %s', (_, error, text, message) => {
  expect([errorText(error), messageText(error)]).toEqual([text, message]);
});

it('holds no secret, and no part of one that was cut', () => {
  const error = new Error(`${'x'.repeat(990)} mongodb://ann:1234567890canary@host/desk`);
  expect(errorText(error)).not.toContain('1234');
  expect(messageText(new Error('token=canary'))).toBe('token=***');
});

it('is quick, however long the message', () => {
  const before = performance.now();
  errorText(new Error(`x${'://b:c'.repeat(100_000)}`));
  expect(performance.now() - before).toBeLessThan(1000);
});
