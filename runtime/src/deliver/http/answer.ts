import type { Refusal } from '../transport.ts';
import { HttpFailure } from './failure.ts';
import type { Answer } from './post.ts';

const MAX_REASON = 200;

/**
 * The events that an endpoint names as refused in the body of a 2xx.
 * @throws HttpFailure where 207 says that there are some, and not which
 */
export function readAcknowledgement({ status, body }: Answer, count: number): readonly Refusal[] {
  const refused = parse(body)?.refused;
  if (!Array.isArray(refused)) {
    if (status !== 207) return [];
    throw new HttpFailure(
      'PAN6531',
      'it answers 207 without { "refused": [{ "index", "reason" }] }, which cannot be read',
    );
  }
  const places = new Map<number, Refusal>();
  for (const { index, reason } of refused as readonly Partial<Refusal>[]) {
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count) {
      throw new HttpFailure('PAN6531', `it refuses an event ${String(index)}, and was sent ${count}`);
    }
    places.set(index, { index, reason: String(reason ?? 'no reason given').slice(0, MAX_REASON) });
  }
  return [...places.values()];
}

function parse(body: string): { refused?: unknown } | undefined {
  try {
    const value = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
