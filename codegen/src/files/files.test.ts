import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { givenMap } from './given-map.ts';
import { checkOptions } from './options.ts';

const root = mkdtempSync(path.join(tmpdir(), 'panoptic-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const file = path.join(root, 'dist', 'a.js');
const inRoot = (name: string): string => pathToFileURL(path.join(root, name)).href;
const map = { version: 3, sources: ['../src/a.ts'], names: [], mappings: 'AAAA' };
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64');

describe('the source map that a compiler left', () => {
  it.each([
    ['in base 64', `data:application/json;base64,${base64(map)}`],
    ['as text', `data:application/json,${encodeURIComponent(JSON.stringify(map))}`],
  ])('is read in the file itself: %s', (_, address) => {
    expect(givenMap(file, `a();\n//# sourceMappingURL=${address}\n`)?.sources).toEqual([inRoot('src/a.ts')]);
  });

  it('is read beside it, sources relative to the map and its root', () => {
    writeFileSync(path.join(root, 'a.js.map'), JSON.stringify({ ...map, sourceRoot: 'lib', sources: ['a.ts'] }));
    expect(givenMap(file, 'a();\n//# sourceMappingURL=../a.js.map')?.sources).toEqual([inRoot('lib/a.ts')]);
  });

  it.each([
    ['none', 'a();'],
    ['one that is not there', '//# sourceMappingURL=gone.map'],
    ['one that is no JSON', '//# sourceMappingURL=data:application/json,nothing'],
    ['one in sections', `//# sourceMappingURL=data:application/json;base64,${base64({ version: 3, sections: [] })}`],
    ['a comment in the middle', '//# sourceMappingURL=a.js.map\na();'],
  ])('is an aid: %s', (_, code) => {
    expect(givenMap(file, code)).toBeUndefined();
  });
});

describe('options', () => {
  it('are taken as they are', () => {
    expect(checkOptions(undefined, 'x')).toEqual({});
    expect(checkOptions({ strict: true, providers: { Acme: 'API' } }, 'x')).toEqual({
      strict: true,
      providers: { Acme: 'API' },
    });
  });

  it.each([
    [[], 'They have to be an object with providers, strict, onError, trace.'],
    [{ strickt: true }, 'Unknown option `strickt`. Did you mean `strict`?'],
    [{ transformer: 'x' }, 'Unknown option `transformer`. Known are providers, strict, onError, trace.'],
    [{ providers: { Acme: 1 } }, "`providers` must be a category such as 'AI'"],
    [{ strict: 'yes' }, '`strict` must be true or false.'],
    [{ onError: 'ignore' }, '`onError` must be "fail" or "warn".'],
  ])('that cannot be used are refused: %j', (raw, text) => {
    expect(() => checkOptions(raw, 'the settings')).toThrow(`Options that cannot be used in the settings:\n  ${text}`);
  });

  it('names every problem at once, and leaves those of others alone', () => {
    expect(() => checkOptions({ strict: 1, onError: 1, other: 1 }, 'x', ['other'])).toThrow(
      /strict.*\n.*onError[^\n]*$/,
    );
  });
});
