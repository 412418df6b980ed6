import type { Context } from 'hono';
import { flush } from '#panoptic';
import type { FetchExchange } from '../fetch/index.ts';

/** Where a runtime may end an invocation once it has answered, it is asked to wait until the events are sent. */
export function keepAlive(c: Context, { over }: FetchExchange): void {
  let invocation: { waitUntil(promise: Promise<unknown>): void };
  try {
    invocation = c.executionCtx;
  } catch {
    // a runtime without invocations
    return;
  }
  invocation.waitUntil(over.then(() => flush()));
}
