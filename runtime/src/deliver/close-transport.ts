import { endsWithin } from './resilience/within.ts';
import type { Transport } from './transport.ts';

/** Longest wait for a transport that lets go, ms: what keeps it busy is nothing that could still be delivered. */
const CLOSE_MS = 1000;

/** Closes a transport, whatever that does: it may throw, reject, or never end. Never rejects. */
export async function closeTransport(transport: Transport): Promise<void> {
  const closing = (async () => transport.close?.())().catch(() => undefined);
  await endsWithin(closing, CLOSE_MS);
}
