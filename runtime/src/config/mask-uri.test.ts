import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskUri, maskUris } from './mask-uri.ts';

describe('maskUri', () => {
  test.each([
    ['mongodb://localhost:27017', 'mongodb://localhost:27017'],
    ['mongodb://user:canary@localhost:27017/app', 'mongodb://localhost:27017/app'],
    ['mongodb+srv://user:canary@cluster0.example.net/?retryWrites=true', 'mongodb+srv://cluster0.example.net/'],
    ['mongodb://a:canary@one:1,two:2,[::1]:3/db?proxyPassword=canary', 'mongodb://one:1,two:2,[::1]:3/db'],
    ['mongodb://host/?appName=a@b', 'mongodb://***'],
    ['canary', '***'],
  ])('%s', (uri, masked) => {
    expect(maskUri(uri)).toBe(masked);
  });

  test('a password never gets through, escaped or not', () => {
    const secret = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `canary${text}canary`);
    fc.assert(
      fc.property(secret, fc.boolean(), fc.constantFrom('', '/db', '/db?w=majority'), (password, escaped, tail) => {
        const uri = `mongodb://user:${escaped ? encodeURIComponent(password) : password}@host:27017${tail}`;
        expect(maskUri(uri)).not.toContain('canary');
      }),
    );
  });

  test.each([
    ['cannot reach mongodb://u:canary@db:1/x, retrying', 'cannot reach mongodb://db:1/x, retrying'],
    ['ECONNREFUSED redis://:canary@cache:6379/0?x=1', 'ECONNREFUSED redis://cache:6379/0?x=1'],
    ['GET https://api.example.com/v1/a@b?c=d failed', 'GET https://api.example.com/v1/a@b?c=d failed'],
  ])('a text keeps everything but the secret: %s', (text, masked) => {
    expect(maskUris(text)).toBe(masked);
  });
});
