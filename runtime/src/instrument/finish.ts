import { OUTCOME } from './batch.ts';
import { now, random } from './clock.ts';
import { openBatch, writeRow } from './columns.ts';
import { outcomeOf, readError } from './errors.ts';
import type { RecordingSite } from './site.ts';
import type { CallValues } from './site.types.ts';
import type { ContextSnapshot } from './state.ts';
import { readValues } from './values.ts';
import { isPlainPromise, watch } from './watch.ts';

/** Ends a call now, or when the plain native promise it returned has settled. */
export function finish(
  site: RecordingSite,
  snapshot: ContextSnapshot | undefined,
  start: number,
  end: number,
  started: CallValues | undefined,
  outcome: number,
  value: unknown,
): void {
  if (outcome !== OUTCOME.ok || typeof value !== 'object' || !isPlainPromise(value)) {
    record(site, snapshot, start, end, started, outcome, value);
    return;
  }
  const settled = (outcome: number, value: unknown): void => {
    try {
      record(site, snapshot, start, now(), started, outcome, value);
    } catch {
      site.columns.state.counters.internalErrors++;
    }
  };
  try {
    watch(
      value,
      (result) => settled(OUTCOME.ok, result),
      (error) => settled(OUTCOME.error, error),
    );
  } catch {
    record(site, snapshot, start, end, started, outcome, value);
  }
}

function record(
  site: RecordingSite,
  snapshot: ContextSnapshot | undefined,
  start: number,
  end: number,
  started: CallValues | undefined,
  outcome: number,
  value: unknown,
): void {
  const { columns, info } = site;
  if (outcome !== OUTCOME.ok) {
    // A failure is kept whatever the sample says: it is rare, and the one somebody will look for.
    const facts = readError(value);
    const batch = openBatch(columns);
    const row = writeRow(columns, batch, site.index, snapshot, start, end, outcomeOf(facts));
    batch.errors.set(row, facts);
    if (started !== undefined) batch.values.set(row, started);
    return;
  }
  if (site.sample < 1 && random() >= site.sample) return;
  // A promise is watched or left alone; its own properties are never the result.
  const result =
    info.onResult === undefined || value instanceof Promise
      ? undefined
      : readValues(columns.state.counters, info.onResult, [value]);
  const values = merge(started, result);
  const batch = openBatch(columns);
  const row = writeRow(columns, batch, site.index, snapshot, start, end, OUTCOME.ok);
  if (values !== undefined) batch.values.set(row, values);
}

function merge(started: CallValues | undefined, result: CallValues | undefined): CallValues | undefined {
  if (started === undefined || result === undefined) return started ?? result;
  const attributes = { ...started.attributes, ...result.attributes };
  return { ...started, ...result, attributes };
}
