import type { IncomingMessage, ServerResponse } from 'node:http';

/** Bytes of one chunk, as `write` takes it. `Buffer` is the global one: bundles for edges hold this module, and none of Node's. */
export function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string')
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}

/** Whether a request has a body; in HTTP/2 no header need say so. */
export const mayHaveBody = ({ headers, httpVersionMajor }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined || httpVersionMajor > 1;

/** What a complete request has announced, else what has come of it; undefined where there is no body. */
export function receivedBytes(request: IncomingMessage, counted: number): number | undefined {
  const { headers, complete, httpVersionMajor } = request;
  const length = headers['content-length'];
  // who sees a request late has not seen all of it come
  if (length !== undefined && complete) return Number(length);
  const isAnnounced = httpVersionMajor === 1 && mayHaveBody(request);
  return counted > 0 || isAnnounced ? counted : undefined;
}

/** What was counted, but for the bodies that HTTP leaves out whoever wrote them. */
export function sentBytes({ method }: IncomingMessage, { statusCode }: ServerResponse, counted: number): number {
  return method === 'HEAD' || statusCode === 204 || statusCode === 304 ? 0 : counted;
}
