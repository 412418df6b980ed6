import type { Batch } from '../instrument/batch.ts';

/**
 * A sealed batch that stays what it is: the memory of its columns is used again, and what its calls said is gone, as soon
 * as delivery is through with it.
 */
export function sealedCopy(batch: Batch): Batch {
  const { serial, epoch, seed, length, rows, contexts, errors, extras } = batch;
  return {
    serial,
    epoch,
    seed,
    length,
    capacity: length,
    rows,
    site: batch.site.slice(0, length),
    context: batch.context.slice(0, length),
    start: batch.start.slice(0, length),
    duration: batch.duration.slice(0, length),
    outcome: batch.outcome.slice(0, length),
    contexts,
    values: entriesOf(batch.values),
    errors,
    extras,
  };
}

function entriesOf(values: Batch['values']): Batch['values'] {
  const copy: Batch['values'] = new Map();
  const items = values.values()[Symbol.iterator]();
  for (const row of values.keys()) copy.set(row, items.next().value);
  return copy;
}
