import { snapshotOf } from '../context/snapshot.ts';
import { mergeDeep, type PlainObject } from '../event/plain.ts';
import { OUTCOME } from '../instrument/batch.ts';
import { now } from '../instrument/clock.ts';
import { outcomeOf } from '../instrument/errors.ts';
import { writeRow } from '../instrument/row.ts';
import type { CallValues } from '../instrument/site.types.ts';
import { type ContextSnapshot, type RuntimeState, runtimeState } from '../instrument/state.ts';
import { Span } from '../instrument/trace/span.ts';
import { tracing } from '../instrument/trace/tracing.ts';
import { plainCopy } from '../instrument/values.ts';
import type { BillingLevel } from '../pino/levels.ts';
import { type BillingLine, readLine } from '../pino/line.ts';
import { refuseLine } from '../pino/refuse-line.ts';
import { type LineSite, lineSite } from './line-site.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What fields of an event of their own are read from, which metadata that comes later does not reach. */
const IDENTITY = ['user_id', 'trace_id', 'span_id'] as const;

/**
 * Records what a line says as an event. What it says is merged over the execution metadata it is written in. A line that is
 * no event is counted and said. Never throws.
 * @param read gives its fields, under the names that pino has for them
 * @param context in place of the execution metadata of the scope that is open
 */
export function recordLine(level: BillingLevel, read: () => Fields, context?: Fields): void {
  const state = runtimeState();
  try {
    if (!state.enabled) return;
    const line = readLine(read(), level);
    if (typeof line === 'string') {
      refuseLine(line);
      return;
    }
    const site = lineSite(line);
    if (typeof site === 'string') refuseLine(site);
    else if (site !== undefined) write(state, site, line, context);
  } catch {
    // a getter or a proxy in what was logged
    state.counters.internalErrors++;
    refuseLine('it cannot be read');
  }
}

/** As a row of its own, whatever `sampling`, `dedupe` and the like say of calls: nobody writes a charge down to lose it. */
function write(state: RuntimeState, site: LineSite, line: BillingLine, context: Fields | undefined): void {
  const open = context === undefined ? state.storage?.getStore()?.snapshot : snapshotOf(undefined, context);
  const snapshot = withIdentity(line.context, open);
  const values = valuesOf(line, site.info.name);
  const { error } = line;
  const span = tracing() === true ? new Span(runtimeState().storage?.getStore()) : undefined;
  const start = now();
  const outcome = error === undefined ? OUTCOME.ok : outcomeOf(error);
  const batch = writeRow(state, site.index, snapshot, start, start + line.durationMs, outcome);
  const row = batch.length - 1;
  if (line.time !== undefined) batch.start[row] = line.time - batch.epoch;
  batch.values.set(row, values);
  if (error !== undefined) batch.errors.set(row, error);
  if (span !== undefined) batch.extras.set(row, span.record());
}

/** A copy within the limits of any other value of an event: a line may hold a whole prompt. */
function valuesOf({ values, context, functionName }: BillingLine, siteName: string): CallValues {
  const attributes = plainCopy(context, siteName, 'metadata') as PlainObject;
  mergeDeep(attributes, plainCopy(values.attributes, siteName, 'metadata') as PlainObject);
  const copied: Record<string, unknown> = { attributes };
  for (const key in values) {
    const value = values[key as keyof CallValues];
    if (value !== undefined && key !== 'attributes') copied[key] = plainCopy(value, siteName, key);
  }
  if (functionName !== undefined && functionName !== siteName) copied.resource ??= functionName;
  return copied;
}

function withIdentity(line: Fields, outer: ContextSnapshot | undefined): ContextSnapshot | undefined {
  const known = IDENTITY.filter((name) => line[name] !== undefined);
  return known.length === 0 ? outer : snapshotOf(outer, Object.fromEntries(known.map((name) => [name, line[name]])));
}
