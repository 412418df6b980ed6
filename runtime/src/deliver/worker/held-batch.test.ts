import { beforeEach, expect, test } from 'vitest';
import { ColumnBatch } from '../../instrument/column-batch.ts';
import { bytesOfRows } from '../../instrument/rows.ts';
import { ClaimedBatch } from './claimed-batch.ts';
import { HeldBatch } from './held-batch.ts';

/** Both sides of one batch: what the main thread keeps, and what the worker has of it. */
let held: HeldBatch;
let claimed: ClaimedBatch;
beforeEach(() => {
  const batch = new ColumnBatch(16, 1, new SharedArrayBuffer(bytesOfRows(16)));
  batch.length = 3;
  held = new HeldBatch(batch);
  claimed = new ClaimedBatch(held.toPosted());
});

test('what the worker has not begun with is taken back, and nobody has to look for its events', () => {
  expect(held.takeBack()).toBe(true);
  expect(held.again).toBe(false);
  expect(claimed.claim()).toBe(false);
});

test('what the worker has begun with is taken back, too: it stops, and a part of the events may be in the log', () => {
  expect(claimed.claim()).toBe(true);
  expect(held.takeBack()).toBe(true);
  expect(held.again).toBe(true);
  expect(claimed.claim()).toBe(false);
  expect(claimed.closed()).toBe(false);
  expect(held.isDone).toBe(false);
});

test('what is done but for a part is not taken back, and known as such', () => {
  claimed.claim();
  claimed.lost.push(1);
  expect(claimed.closed()).toBe(true);
  expect([held.isDone, held.isPartlyDone, held.takeBack()]).toEqual([true, true, false]);
});

test('what is safe is not taken back', () => {
  claimed.claim();
  claimed.opened();
  expect(claimed.closed()).toBe(false);
  expect(claimed.closed()).toBe(true);
  expect(held.isDone).toBe(true);
  expect(held.takeBack()).toBe(false);
});

test.each([true, false])(
  'after the death of a worker the next one has it, told whether that had begun (%s)',
  (begun) => {
    if (begun) claimed.claim();
    held.isPosted = true;
    held.free();
    expect(held).toMatchObject({ isPosted: false, again: begun });
    const next = new ClaimedBatch(held.toPosted());
    expect(next.again).toBe(begun);
    expect(next.claim()).toBe(true);
  },
);
