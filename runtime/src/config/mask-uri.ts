const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
const HOSTS = /^(?:[\w.%-]+|\[[\da-f:.]+\])(?::\d+)?(?:,(?:[\w.%-]+|\[[\da-f:.]+\])(?::\d+)?)*$/i;
const WITHOUT_USER_INFO = /^([^/?#@]+)(\/[^?#@]*)?(?:\?([^#]*))?$/;
const ANY_URI = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'`<>]+/gi;
// no lookbehind: where Safari is older than 16.4 that would be a syntax error of the whole bundle
// the second form: a password that is not encoded, which nobody takes for a port and a path
const USER_INFO = /:\/\/(?:[^/?#]*|[^/?#:@[]*:(?!\d*[/?#])\S*)@/;

/**
 * A connection string without anything secret: scheme, hosts and database stay; user, password and every option go
 * (`proxyPassword` and session tokens are options). A string that is not well formed keeps its scheme alone, because
 * in `mongodb://user:p?ss@host` nobody can say where the password ends.
 */
export function maskUri(uri: string): string {
  const scheme = SCHEME.exec(uri)?.[0];
  if (scheme === undefined) return '***';
  const rest = uri.slice(scheme.length);
  const userInfo = /^[^@/?#]*@/.exec(rest)?.[0] ?? '';
  const [, hosts = '', path = '', query = ''] = WITHOUT_USER_INFO.exec(rest.slice(userInfo.length)) ?? [];
  if (!HOSTS.test(hosts) || path.includes(':')) return `${scheme}***`;
  // without user info an `@` further on means that the password itself was cut in two
  if (userInfo === '' && query.includes('@')) return `${scheme}***`;
  return `${scheme}${hosts}${path}`;
}

/**
 * Takes the secrets out of a text, such as the message of an error: MongoDB's connection strings are masked whole, other
 * addresses lose user and password.
 */
export function maskUris(text: string): string {
  return text.replace(ANY_URI, (uri) => (/^mongodb/i.test(uri) ? maskUri(uri) : uri.replace(USER_INFO, '://')));
}
