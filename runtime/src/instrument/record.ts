import { type Batch, OUTCOME } from './batch.ts';
import { random } from './clock.ts';
import { outcomeOf, readError } from './errors.ts';
import type { EndedCall } from './recorder.types.ts';
import { writeRow } from './row.ts';
import type { CallValues } from './site.types.ts';
import { type RuntimeState, runtimeState } from './state.ts';
import { readValues } from './values.ts';

/** Writes a call that is more than one plain row. */
export function record(call: EndedCall, end: number): void {
  const state = runtimeState();
  if (call.failed) recordFailure(state, call, end);
  else if (isKept(call.site.info.sample)) recordResult(state, call, end);
}

/** A failure is kept whatever the sample says: it is rare, and the one somebody will look for. */
function recordFailure(state: RuntimeState, call: EndedCall, end: number): void {
  const facts = readError(call.value);
  const batch = writeRow(state, call.site.index, call.snapshot, call.start, end, outcomeOf(facts));
  batch.errors.set(batch.length - 1, facts);
  attach(batch, call.started);
}

function recordResult(state: RuntimeState, call: EndedCall, end: number): void {
  const { started, value } = call;
  const { onResult } = call.site.info;
  const result = onResult && !isPromise(value) ? readValues(state.counters, onResult, [value]) : undefined;
  const batch = writeRow(state, call.site.index, call.snapshot, call.start, end, OUTCOME.ok);
  attach(batch, merge(started, result));
}

/** A promise that could not be watched is left alone; its own properties are never the result. */
function isPromise(value: unknown): boolean {
  try {
    return value instanceof Promise;
  } catch {
    // a revoked proxy has no prototype to ask for
    return false;
  }
}

function isKept(sample = 1): boolean {
  return sample >= 1 || random() < sample;
}

/** To the row written last. */
function attach(batch: Batch, values: CallValues | undefined): void {
  if (values !== undefined) batch.values.set(batch.length - 1, values);
}

function merge(started: CallValues | undefined, result: CallValues | undefined): CallValues | undefined {
  if (started === undefined || result === undefined) return started ?? result;
  return { ...started, ...result, attributes: { ...started.attributes, ...result.attributes } };
}
