import { describe, expect, it } from 'vitest';
import { withPanoptic, withPanopticApi, withPanopticScope } from './index.ts';

type Wrapper = (work: unknown, options: unknown) => unknown;

describe.each<[string, string, Wrapper]>([
  ['withPanoptic', 'handler', withPanoptic as never],
  ['withPanopticApi', 'handler', withPanopticApi as never],
  ['withPanopticScope', 'work', withPanopticScope as never],
])('%s', (where, work, wrapper) => {
  const doing = (): void => {};

  it.each([null, 5, 'options', true, [[]]])('refuses what is no object of options as that: %j', (options) => {
    expect(() => wrapper(doing, options)).toThrow(`PAN4130: ${where} options must be an object.`);
  });

  it.each([undefined, null, 5, {}])('refuses what is no function: %j', (given) => {
    expect(() => wrapper(given, {})).toThrow(`PAN4130: ${where} ${work} must be a function.`);
  });

  it('goes without options', () => {
    expect(wrapper(doing, undefined)).toBeTypeOf('function');
  });
});
