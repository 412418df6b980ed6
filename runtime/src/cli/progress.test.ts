import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { bytes, count, plural } from './numbers.ts';
import { startProgress } from './progress.ts';

it('draws a bar on a terminal, and nothing else on stderr', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, cursorTo() {}, clearLine() {} });
  const io = { ...capturedIo('/'), terminal: stream };
  const progress = startProgress(io, 'Shipping', 2_000_000);
  progress.update(1_000_000, 1234);
  progress.stop();
  const drawn = stream.read().toString('utf8');
  expect(drawn).toContain('Shipping ');
  expect(drawn).toContain('50 % | 1.0 MB of 2.0 MB | 1,234 events');
  expect(io.err()).toBe('');
});

it('tells in lines where there is no terminal, now and then', () => {
  const now = vi.spyOn(performance, 'now');
  now.mockReturnValue(0);
  const io = capturedIo('/');
  const progress = startProgress(io, 'Shipping', 2000);
  progress.update(500, 1);
  now.mockReturnValue(6000);
  progress.update(1000, 2);
  progress.update(1500, 3);
  progress.stop();
  now.mockRestore();
  expect(io.err()).toBe('Shipping: 2 events, 1.0 kB of 2.0 kB\n');
});

it('writes numbers for people', () => {
  expect([0, 999, 1000, 123_456, 5e9].map(bytes)).toEqual(['0 B', '999 B', '1.0 kB', '123 kB', '5.0 GB']);
  expect([count(1234567), plural(1, 'event'), plural(0, 'event')]).toEqual(['1,234,567', '1 event', '0 events']);
});
