import type { BillingEvent } from '../event/billing-event.ts';

/*
 * What an event of a client must not say, whatever its schema allows. Each gives the reason, or undefined.
 */

/** Fields that are names: a terminal would obey what is hidden in them. */
const NAMES = ['category', 'service', 'resource', 'model', 'user', 'unit', 'site', 'commit', 'body'] as const;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** The stage is the server's own; a client says nothing of the others either. */
const OF_NOBODY: readonly (keyof BillingEvent)[] = ['env'];
const OF_SERVERS: readonly (keyof BillingEvent)[] = [...OF_NOBODY, 'projectId', 'username', 'window'];

/** No more than a thousandth of the calls: one event must not stand for millions. */
const MIN_SAMPLE_RATE = 0.001;

/** Up to there numbers count one by one. */
const MAX_MEASURE = Number.MAX_SAFE_INTEGER;

/** What only a server may say. */
export function claimProblem(said: Partial<BillingEvent>, trusted: boolean): string | undefined {
  const others = trusted ? OF_NOBODY : OF_SERVERS;
  const own = others.find((field) => said[field] !== undefined);
  if (own !== undefined) return `${own} is for the server to say`;
  return !trusted && Number(said.sample_rate ?? 1) < MIN_SAMPLE_RATE
    ? `sample_rate must be at least ${MIN_SAMPLE_RATE}`
    : undefined;
}

export function nameProblem(event: BillingEvent): string | undefined {
  const names: [string, unknown][] = NAMES.map((field) => [field, event[field]]);
  names.push(['metadata.function_name', event.metadata.function_name], ['tags', event.tags?.join(' ')]);
  const [field] = names.find(([, value]) => typeof value === 'string' && CONTROL.test(value)) ?? [];
  return field && `${field} holds control characters`;
}

/**
 * One event of a client must not make sums that nobody can read, nor have taken longer than it is ago.
 * @param longestMs time since it began
 */
export function measureProblem({ quantity, usage, metadata }: BillingEvent, longestMs: number): string | undefined {
  if (isBeyond(quantity)) return `quantity must be within ±${MAX_MEASURE}`;
  if (isBeyond(usage)) return `usage must be within ±${MAX_MEASURE}`;
  const { duration_ms } = metadata;
  return duration_ms >= 0 && duration_ms <= longestMs
    ? undefined
    : 'metadata.duration_ms is longer than the call is ago';
}

const isBeyond = (value: unknown): boolean =>
  typeof value === 'number'
    ? Math.abs(value) > MAX_MEASURE
    : typeof value === 'object' && value !== null && Object.values(value).some(isBeyond);
