import { expect, test } from 'vitest';
import { clientOptions } from './client.ts';

test('nothing waits without end, and what the connection string names stays', () => {
  const defaults = clientOptions('mongodb://h/');
  expect(defaults.maxPoolSize).toBeLessThanOrEqual(8);
  for (const name of [
    'serverSelectionTimeoutMS',
    'connectTimeoutMS',
    'socketTimeoutMS',
    'waitQueueTimeoutMS',
  ] as const) {
    expect(defaults[name]).toBeGreaterThan(0);
  }
  const { socketTimeoutMS: _, appName: __, ...others } = defaults;
  expect(clientOptions('mongodb://h/db?sockettimeoutms=1&appName=mine')).toEqual(others);
});
