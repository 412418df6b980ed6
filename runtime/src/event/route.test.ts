import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectionName, databaseName, providerCollectionName } from './route.ts';

describe('collectionName', () => {
  test.each([
    ['Google Cloud (GCP)', 'John Doe', 'google_cloud_gcp_john_doe'],
    ['OpenAI', 'default', 'openai_default'],
    ['__A--B__', '..c..', 'a_b_c'],
    ['System', 'ops@example.com', 'system_ops_example_com'],
  ])('%s of %s', (provider, username, name) => {
    expect(collectionName('panoptic-test', provider, username)).toBe(name);
  });

  test('a part without a usable character becomes a hash of its own', () => {
    const [one, two] = ['日本', '中国'].map((username) => collectionName('panoptic-test', 'OpenAI', username));
    expect(one).toMatch(/^openai_[0-9a-f]{12}$/);
    expect(one).not.toBe(two);
  });

  test('long names are cut, and stay different', () => {
    const [one, two] = ['a', 'b'].map((end) => collectionName('panoptic-test', 'OpenAI', 'x'.repeat(300) + end));
    expect(`panoptic-test.${one}`).toHaveLength(255);
    expect(one).not.toBe(two);
  });
});

test('databaseName', () => {
  expect(databaseName('production')).toBe('panoptic-production');
  expect(databaseName('Pre-Prod / EU')).toBe('panoptic-pre-prod_eu');
  expect(databaseName('panoptic-prod')).toBe('panoptic-prod');
  expect(databaseName('Panoptic_Prod EU')).toBe('panoptic-prod_eu');
  expect(databaseName('panoptic')).toBe('panoptic-panoptic');
  expect(databaseName('panoptic-')).toBe('panoptic-panoptic');
  expect(databaseName('panopticum')).toBe('panoptic-panopticum');
  expect(databaseName('$')).toMatch(/^panoptic-[0-9a-f]{12}$/);
});

test('every name keeps the limits of MongoDB', () => {
  const raw = fc.string({ unit: 'grapheme', maxLength: 300 });
  fc.assert(
    fc.property(raw, raw, raw, (env, provider, username) => {
      const database = databaseName(env);
      expect(database).toMatch(/^panoptic-[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/);
      expect(Buffer.byteLength(database)).toBeLessThanOrEqual(63);
      for (const name of [collectionName(database, provider, username), providerCollectionName(database, provider)]) {
        expect(name).toMatch(/^[a-z0-9]+(?:_[a-z0-9]+)*$/);
        expect(Buffer.byteLength(`${database}.${name}`)).toBeLessThanOrEqual(255);
      }
    }),
  );
});
