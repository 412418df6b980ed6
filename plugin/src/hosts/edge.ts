/** Export conditions of servers that are no Node: Cloudflare's, and those of Vercel and Next. */
const EDGE: readonly string[] = ['workerd', 'edge-light'];

/** Whether code that is built as for a browser runs on a server at the edge. */
export const isForEdge = (conditions: readonly string[] = []): boolean =>
  conditions.some((condition) => EDGE.includes(condition));
