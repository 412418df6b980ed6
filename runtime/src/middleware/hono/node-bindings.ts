import type { IncomingMessage, ServerResponse } from 'node:http';

/** What `@hono/node-server` gives to an application: the request and the response of `node:http`. */
export interface NodeBindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Undefined on every other runtime. */
export function nodeBindings(env: unknown): NodeBindings | undefined {
  if (typeof env !== 'object' || env === null) return undefined;
  const { incoming, outgoing } = env as Partial<NodeBindings>;
  return typeof incoming?.emit === 'function' && typeof outgoing?.writeHead === 'function'
    ? { incoming, outgoing }
    : undefined;
}
