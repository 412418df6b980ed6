import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { saidByCause } from '../diagnostics/say.ts';
import type { LastLine } from './last-line.ts';
import { type LineStreamLike, MAX_WAITING, Target } from './target.ts';

const FROM: LastLine = { lastLevel: 30, lastObj: {}, lastMsg: '', lastTime: '1', lastLogger: {} };
let said: string[];

beforeEach(() => {
  said = [];
  vi.spyOn(console, 'error').mockImplementation((line) => said.push(String(line)));
  saidByCause().clear();
});
afterEach(() => vi.restoreAllMocks());

const lossesSaid = (): number => saidByCause().get('PAN4124 PAN4124')?.count ?? 0;

it('bounds what waits in a stream that takes no more, and goes on when it does', () => {
  const stream = new PassThrough();
  const target = new Target(stream as LineStreamLike);
  const line = `${'x'.repeat(999_999)}\n`;
  for (let n = 0; n < 40; n++) target.write(line, FROM);
  expect(stream.writableLength + stream.readableLength).toBeLessThan(MAX_WAITING + 3_000_000);
  expect(lossesSaid()).toBeGreaterThan(15);
  expect(said).toEqual([
    expect.stringContaining('PAN4124: Lines of loggers are lost: their destination takes no more'),
  ]);
  const before = lossesSaid();
  stream.resume();
  return vi.waitFor(() => {
    expect(stream.writableLength).toBe(0);
    target.write('a last one\n', FROM);
    expect(lossesSaid()).toBe(before);
  });
});

it('bounds what waits in a thread, and counts from anew when that has caught up', () => {
  let full = true;
  const drained: (() => void)[] = [];
  const written: string[] = [];
  const stream: LineStreamLike = {
    worker: {},
    write: (line) => written.push(line) < 0 || !full,
    on: (event, listener) => event === 'drain' && drained.push(listener as () => void),
  };
  const target = new Target(stream);
  const line = 'x'.repeat(MAX_WAITING / 4);
  for (let n = 0; n < 8; n++) target.write(line, FROM);
  expect(written).toHaveLength(5);
  expect(lossesSaid()).toBe(3);
  full = false;
  for (const drain of drained) drain();
  for (let n = 0; n < 8; n++) target.write(line, FROM);
  expect(written).toHaveLength(13);
});

it.each([
  [
    'throws',
    {
      write: () => {
        throw new Error('no room at mongodb://ann:c4n4ry@db/');
      },
    },
  ],
  [
    'has ended',
    {
      destroyed: true,
      write: () => {
        throw new Error('unreachable');
      },
    },
  ],
] as [string, LineStreamLike][])('a stream that %s harms nobody', async (_, stream) => {
  const target = new Target(stream);
  target.write('line\n', FROM);
  target.write('line\n', FROM);
  target.flushSync();
  expect(await target.flush(10)).toBe(stream.destroyed !== true);
  expect(lossesSaid()).toBe(2);
  expect(said).toHaveLength(1);
  expect(said.join()).not.toContain('c4n4ry');
});

it('errors of a stream end nothing', async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk')) });
  const target = new Target(stream as unknown as LineStreamLike);
  target.write('line\n', FROM);
  await vi.waitFor(() => expect(said).toEqual([expect.stringContaining('their destination has failed: disk')]));
});

it.each([
  ['never answers', () => {}, false],
  ['answers', (done: (error?: Error) => void) => done(), true],
  ['fails', (done: (error?: Error) => void) => done(new Error('gone')), false],
  [
    'throws',
    () => {
      throw new Error('gone');
    },
    false,
  ],
])('a flush ends in time where the stream %s', async (_, flush, flushed) => {
  const unref = vi.fn();
  const target = new Target({ write: () => true, flush, worker: { unref } });
  expect(await target.flush(20)).toBe(flushed);
  expect(unref).toHaveBeenCalledTimes(_ === 'never answers' ? 1 : 0);
});

it('tells a stream of pino of each line what it was told', () => {
  const told: unknown[] = [];
  const stream = {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write: () => told.push(stream.lastLevel),
  };
  new Target(stream as unknown as LineStreamLike).write('line\n', FROM);
  expect(told).toEqual([30]);
});
