/** What the specification asks everybody to take; beyond it the rest of the header is left alone. */
const MAX_MEMBERS = 64;
const MAX_BYTES = 8192;

/** `token` of HTTP: what a key may be made of. */
const KEY = /^[\w!#$%&'*+.^`|~-]+$/;
/** `baggage-octet`: printable ASCII without white space, quote, comma, semicolon and backslash. */
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/**
 * Reads W3C Baggage: values percent-decoded, properties behind a semicolon left out. A member that is not as the
 * specification says, or whose key is not allowed, is left alone; of several with one key the last one counts.
 * @param allowed keys, compared as they are
 */
export function parseBaggage(header: string, allowed: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  // it is ASCII, or its values would not be taken
  const members = header.slice(0, MAX_BYTES).split(',', MAX_MEMBERS);
  // the last one may have been cut in two
  if (header.length > MAX_BYTES) members.pop();
  for (const member of members) {
    const [pair = ''] = member.split(';', 1);
    const equals = pair.indexOf('=');
    const key = pair.slice(0, Math.max(0, equals)).trim();
    if (!allowed.includes(key) || !KEY.test(key)) continue;
    const value = decoded(pair.slice(equals + 1).trim());
    if (value !== undefined) found[key] = value;
  }
  return found;
}

const utf8 = /* @__PURE__ */ new TextDecoder();

/** What is percent-encoded and no UTF-8 becomes U+FFFD, as the specification asks. */
function decoded(value: string): string | undefined {
  if (!VALUE.test(value)) return undefined;
  return value.replaceAll(/(?:%[\da-f]{2})+/gi, (encoded) =>
    utf8.decode(Uint8Array.from(encoded.slice(1).split('%'), (octet) => Number.parseInt(octet, 16))),
  );
}
