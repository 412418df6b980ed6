import { describe, expect, it } from 'vitest';
import { type Options, resolveOptions } from './options.ts';

describe('options', () => {
  it('have a default each', () => {
    expect(resolveOptions()).toEqual({
      include: [/\.(?:[cm]?[jt]sx?(?:[?#]|$)|(?:vue|svelte)$)/],
      exclude: [/[\\/]node_modules[\\/]/],
      providers: {},
      strict: false,
      trace: false,
      onError: 'fail',
      client: 'off',
      endpoint: undefined,
      sourcemap: true,
      checkRuntime: true,
      debug: false,
    });
  });

  it.each([
    [
      { onerror: 'warn' },
      'PAN2001: Unknown option `onerror` in the options of the Panoptic plugin. Did you mean `onError`?',
    ],
    [{ colour: 1 }, 'Known are include, exclude, providers'],
    [{ onError: 'ignore' }, "It takes 'fail' or 'warn'"],
    [{ client: 'on' }, "It takes 'off' or 'record'"],
    [{ client: 'record', endpoint: 'panoptic' }, 'a path that begins with /'],
    [{ client: 'record', endpoint: 'https://u:p@x.example/' }, 'without user and password'],
    [{ endpoint: '/panoptic' }, "It goes with client: 'record'"],
    [{ include: [1] }, 'a glob, a regular expression, or an array of them'],
    [{ providers: ['Acme'] }, 'It takes an object such as'],
    [
      { providers: { Acme: { aliases: 'a' } } },
      'a list, each entry a text of 1 to 512 characters on one line, at `["Acme"].aliases`',
    ],
    [{ providers: { Acme: 'DATABSE' } }, "'DATABASE' if that was meant"],
    [{ strict: 'yes' }, 'It takes true or false'],
  ])('refuse %o', (options, message) => {
    expect(() => resolveOptions(options as Options)).toThrow(message);
  });

  it('take one pattern or several', () => {
    const { include, exclude } = resolveOptions({ include: 'src/**', exclude: ['src/old/**', /generated/] });
    expect(include).toEqual(['src/**']);
    expect(exclude).toEqual(['src/old/**', /generated/]);
  });
});
