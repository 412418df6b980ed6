import type { RowExtras } from '../instrument/batch.ts';
import type { CallValues, SiteInfo } from '../instrument/site.types.ts';
import type { EventMetadata } from './billing-event.ts';
import { readAttributes } from './fields.ts';
import { leftOut } from './invalid.ts';
import { isRecord, mergeDeep, toPlain } from './plain.ts';

export interface ReadMetadata extends UserAndTrace {
  readonly metadata: EventMetadata;
}

export interface UserAndTrace {
  /** The context's `user_id`. */
  readonly user: string | undefined;
  /** The context's `trace_id` and `span_id`, when it has both. */
  readonly trace: { trace_id: string; span_id: string } | undefined;
}

/** Deep merge, later wins: execution metadata, the annotation's request id, attributes, what the runtime measured. */
export function readMetadata(
  site: SiteInfo,
  context: Readonly<Record<string, unknown>> | undefined,
  values: CallValues | undefined,
  requestId: string | undefined,
  durationMs: number,
  { activeMs, totalMs }: Pick<RowExtras, 'activeMs' | 'totalMs'> = {},
): ReadMetadata {
  const plain = toPlain(context, (path) => leftOut(site.name, `metadata.${path}`, 'plain data'));
  const metadata = isRecord(plain) ? plain : {};
  const fromContext = userAndTrace(metadata);
  if (requestId !== undefined) metadata.request_id = requestId;
  mergeDeep(metadata, readAttributes(site, values));
  metadata.function_name = site.name || 'anonymous';
  metadata.duration_ms = roundToNanoseconds(durationMs);
  if (site.args !== undefined) metadata.args_types = [...site.args];
  // deleting would turn the object into a slow one, which is why it is the exception
  else if ('args_types' in metadata) delete metadata.args_types;
  if (activeMs !== undefined || totalMs !== undefined) {
    metadata.timing = timing(totalMs ?? durationMs, activeMs ?? durationMs);
  }
  return { metadata: metadata as unknown as EventMetadata, ...fromContext };
}

/** What fields of their own take from the context. */
export function userAndTrace({ user_id, trace_id, span_id }: Readonly<Record<string, unknown>>): UserAndTrace {
  return {
    user: typeof user_id === 'string' || typeof user_id === 'number' ? String(user_id) : undefined,
    trace: typeof trace_id === 'string' && typeof span_id === 'string' ? { trace_id, span_id } : undefined,
  };
}

/** Of a generator the time it ran and the time it stood still, of any other call the time it ran and the time we took. */
export function timing(
  totalMs: number,
  activeMs: number,
): { total_ms: number; execution_ms: number; overhead_ms: number } {
  return {
    total_ms: roundToNanoseconds(totalMs),
    execution_ms: roundToNanoseconds(activeMs),
    overhead_ms: roundToNanoseconds(Math.max(0, totalMs - activeMs)),
  };
}

/** Below a nanosecond there is only the noise of floating point. */
export const roundToNanoseconds = (ms: number): number => Math.round(ms * 1e6) / 1e6;
