import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Pipeline } from './pipeline.ts';

const batch = (length: number): { length: number } => ({ length });

function pipeline(): { pipeline: Pipeline<{ length: number }>; taken: [from: number, to: number][] } {
  const taken: [number, number][] = [];
  return { pipeline: new Pipeline((_, from, to) => taken.push([from, to])), taken };
}

test('a batch is worked off in slices, one a turn of the event loop', async () => {
  const { pipeline: line, taken } = pipeline();
  expect(line.accept(batch(600), 1)).toBe(true);
  expect(taken).toEqual([]);
  expect(line.waiting).toBe(600);
  await nextTurn();
  expect(taken).toEqual([[0, 256]]);
  expect(line.waiting).toBe(344);
  await line.drain();
  expect(taken).toEqual([
    [0, 256],
    [256, 512],
    [512, 600],
  ]);
  expect(line.waiting).toBe(0);
});

test('beyond the bound a batch is refused', () => {
  const { pipeline: line, taken } = pipeline();
  expect([line.accept(batch(1), 2), line.accept(batch(2), 2), line.accept(batch(3), 2)]).toEqual([true, true, false]);
  line.drainNow();
  expect(taken).toEqual([
    [0, 1],
    [0, 2],
  ]);
});

test('a slice that brings a new batch about does not lose it', async () => {
  const taken: number[] = [];
  const line: Pipeline<{ length: number }> = new Pipeline(({ length }) => {
    taken.push(length);
    if (length < 3) line.accept(batch(length + 1), 8);
  });
  line.accept(batch(1), 8);
  await line.drain();
  expect(taken).toEqual([1, 2, 3]);
});
