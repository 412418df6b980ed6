import { rspack } from '@rspack/core';
import { describe, expect, it } from 'vitest';
import webpack from 'webpack';
import { targetsBrowser } from './webpack-target.ts';

describe.each(Object.entries({ webpack, rspack }))('a target of %s', (_, bundler) => {
  it.each([
    ['web', true],
    [['web', 'es2022'], true],
    ['webworker', false],
    [['webworker', 'es2022'], false],
    ['node', false],
    ['async-node20', false],
    ['electron-renderer', false],
  ] as [string | string[], boolean][])('%s is for a browser alone: %s', (target, client) => {
    const compiler = bundler({ target: target as 'node', entry: './main.js' });
    expect(targetsBrowser(compiler as never)).toBe(client);
    // as of an older version
    expect(targetsBrowser({ options: compiler?.options } as never)).toBe(client);
  });
});
