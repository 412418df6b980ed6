import { afterEach, expect, it, vi } from 'vitest';
import { ColumnBatch } from './column-batch.ts';
import { drawSeed } from './seed.ts';

afterEach(() => vi.restoreAllMocks());

const hex = (seed: Uint8Array): string => Buffer.from(seed).toString('hex');

it('draws other bytes each time', () => {
  const seeds = Array.from({ length: 1000 }, () => hex(drawSeed()));
  expect(new Set(seeds).size).toBe(1000);
  for (const seed of seeds) expect(seed).toMatch(/^[0-9a-f]{12}$/);
});

it('differs where the random generator was restored from a snapshot and says the same again', () => {
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => bytes);
  const seeds = Array.from({ length: 1000 }, () => hex(drawSeed()));
  expect(new Set(seeds).size).toBe(1000);
});

it('draws where there is no Web Crypto', () => {
  vi.spyOn(crypto, 'getRandomValues').mockImplementation(() => {
    throw new Error('none');
  });
  expect(hex(drawSeed())).not.toBe(hex(drawSeed()));
});

it('is drawn when a batch is first read: machines copied from one while calls were added to it share no ids', () => {
  const draw = vi.spyOn(crypto, 'getRandomValues');
  const batch = new ColumnBatch(16, 1);
  batch.length++;
  expect(draw).not.toHaveBeenCalled();
  expect(batch.seed).toBe(batch.seed);
  expect(draw).toHaveBeenCalledOnce();
});
