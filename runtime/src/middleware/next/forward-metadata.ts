/** What a header can carry. */
export type ForwardedMetadata = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Headers for the handlers behind a proxy, which Next runs outside of its scope: those of the request, with the metadata as W3C
 * Baggage in place of what the client has sent there, and an `x-request-id` for all of them. A handler takes what it names in
 * its option `baggage`.
 *
 * @example
 * export function proxy(request: NextRequest) {
 *   const headers = forwardMetadata(request.headers, { tenant_id: tenantOf(request) });
 *   return NextResponse.next({ request: { headers } });
 * }
 */
export function forwardMetadata(headers: Headers, metadata: ForwardedMetadata): Headers {
  const forwarded = new Headers(headers);
  const members = Object.entries(metadata).filter(([, value]) => value !== undefined);
  if (members.length === 0) forwarded.delete('baggage');
  else {
    const baggage = members.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join(',');
    forwarded.set('baggage', baggage);
  }
  if (!forwarded.has('x-request-id')) forwarded.set('x-request-id', crypto.randomUUID());
  return forwarded;
}
