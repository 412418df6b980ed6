import { afterEach, expect, test, vi } from 'vitest';
import { OwnPatterns } from './own-patterns.ts';

const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
afterEach(() => void stderr.mockClear());

test('replaces texts and patterns in message, code and stack, and nothing else', () => {
  const own = new OwnPatterns(['Acme & Co', /tenant-\d+/g]);
  const error = {
    type: 'tenant-1',
    message: 'Acme & Co: tenant-12 and tenant-13',
    code: 'tenant-14',
    stack: 'Error: Acme & Co\n at tenant-15',
  };
  expect(own.hide(error)).toEqual({
    type: 'tenant-1',
    message: '***: *** and ***',
    code: '***',
    stack: 'Error: ***\n at ***',
  });
  expect(own.hide({ type: 'Error', message: 'fine' })).toEqual({ type: 'Error', message: 'fine' });
});

test('what stands for a replacement elsewhere means nothing here', () => {
  expect(new OwnPatterns(['$']).hide({ type: 'E', message: 'a$b' }).message).toBe('a***b');
});

test('a pattern that hangs is stopped, its error hidden, and it is given up after three times in a row', () => {
  const own = new OwnPatterns(['plain', /^(a+)+$/g]);
  const slow = { type: 'E', message: `${'a'.repeat(64)}!`, stack: 'somewhere' };
  const hide = (): unknown => own.hide(slow);
  expect(hide()).toEqual({ type: 'E', message: '***', stack: '***' });
  expect(hide()).toEqual({ type: 'E', message: '***', stack: '***' });
  // it works with others, which starts the count again
  expect(own.hide({ type: 'E', message: 'plain aa' }).message).toBe('*** aa');
  for (let time = 0; time < 3; time++) hide();
  expect(own.hide({ type: 'E', message: 'aa', code: 'x' })).toEqual({ type: 'E', message: '***', code: '***' });
  expect(stderr.mock.calls.join('\n')).toMatch(/PAN4162: redact\[1\] takes longer than 100 ms/);
});
