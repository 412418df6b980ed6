import { volumeCounts } from '../volume/counts.ts';
import { type ErrorFacts, OUTCOME, type RowExtras } from './batch.ts';
import { now, random } from './clock.ts';
import { outcomeOf, readError } from './errors.ts';
import { isForeign } from './foreign.ts';
import { hasMethod } from './intercept.ts';
import { merge } from './merge.ts';
import { isNavigation } from './navigation.ts';
import { ownTime } from './own-time.ts';
import type { EndedCall, Ending } from './recorder.types.ts';
import { writeRow } from './row.ts';
import type { CallValues } from './site.types.ts';
import { type RuntimeState, runtimeState } from './state.ts';
import { readValues } from './values.ts';

/** Writes a call that is more than one plain row. */
export function record(call: EndedCall, end: number, how?: Ending): void {
  const state = runtimeState();
  const ending = call.began === undefined ? how : { ...how, closed: now() };
  const { site, span } = call;
  if (call.failed && !isNavigation(call.value)) recordFailure(state, call, end, ending);
  // where there are stages, they draw
  else if (ending?.aborted || state.stages !== undefined || span?.named || isKept(site.info.sample)) {
    recordResult(state, call, end, ending);
  } else {
    volumeCounts().sampledOut++;
    span?.leaveOut();
  }
}

/** A failure is kept whatever the sample says: it is rare, and the one somebody will look for. */
function recordFailure(state: RuntimeState, call: EndedCall, end: number, ending: Ending | undefined): void {
  const { value } = call;
  const facts = isThenable(value) ? undefined : readError(value);
  const outcome = facts === undefined ? OUTCOME.aborted : outcomeOf(facts);
  write(state, call, end, outcome, withoutResult(call), ending, facts);
}

/** React's components throw a promise to be called again when it has settled; nothing has failed then. */
function isThenable(thrown: unknown): boolean {
  try {
    return typeof thrown === 'object' && thrown !== null && !isForeign(thrown) && hasMethod(thrown, 'then');
  } catch {
    // a proxy among the prototypes
    return false;
  }
}

function recordResult(state: RuntimeState, call: EndedCall, end: number, ending: Ending | undefined): void {
  const { site, started, held, value } = call;
  const { onResult } = site.info;
  const values =
    onResult && !call.failed && !ending?.unknown && !isPromise(value)
      ? merge(started, readValues(site.info.name, onResult, [value, held]))
      : withoutResult(call);
  const outcome = ending?.aborted ? OUTCOME.aborted : OUTCOME.ok;
  write(state, call, end, outcome, values, ending);
}

/** What the call says where nobody has its result. */
function withoutResult({ site, started, held }: EndedCall): CallValues | undefined {
  const { onUnknown } = site.info;
  return onUnknown === undefined ? started : merge(started, readValues(site.info.name, onUnknown, [held]));
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

/**
 * Writes the row of a call, unless it gets none, and says so to who wants to hear of it.
 *
 * A call that a recorded one names as its parent is recorded whatever samples and stages say, so that no event has a
 * parent that is not there. Its share is 1 then, and that of the calls of its kind that nobody names stays what it is: sums
 * weighted by both are true.
 */
function write(
  state: RuntimeState,
  call: EndedCall,
  end: number,
  outcome: number,
  values: CallValues | undefined,
  ending: Ending | undefined,
  error?: ErrorFacts,
): void {
  const { site, snapshot, start, span } = call;
  let extras = timesOf(call, end, ending);
  const rate = span?.named ? 1 : state.stages?.admit({ site, snapshot, start, end, outcome, values, extras });
  if (rate === 0) {
    span?.leaveOut();
    return;
  }
  if (rate !== undefined && rate !== annotatedRate(call, outcome)) extras = { ...extras, sampleRate: rate };
  if (span !== undefined) extras = extras === undefined ? span.record() : { ...span.record(), ...extras };
  const batch = writeRow(state, site.index, snapshot, start, end, outcome);
  const row = batch.length - 1;
  if (values !== undefined) batch.values.set(row, values);
  if (extras !== undefined) batch.extras.set(row, extras);
  if (error !== undefined) batch.errors.set(row, error);
  // last, since whoever hears of it may record calls
  const thrown = call.failed ? call.value : undefined;
  site.info.onEnded?.({ outcome, durationMs: end - start, values, thrown, held: call.held });
}

/** How long what took, where duration is not all there is to say. */
function timesOf(call: EndedCall, end: number, ending: Ending | undefined): RowExtras | undefined {
  const { activeMs, closed } = ending ?? {};
  if (activeMs !== undefined) return { activeMs };
  const totalMs = closed === undefined ? undefined : ownTime(call, end, closed);
  return totalMs === undefined ? undefined : { totalMs };
}

/** The share that stands in the event where its row says nothing else. */
const annotatedRate = ({ site }: EndedCall, outcome: number): number =>
  outcome === OUTCOME.ok ? (site.info.sample ?? 1) : 1;
