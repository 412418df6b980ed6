/** Puts user and password into a connection string that has none; one that has its own stays as it is. */
export function withCredentials(uri: string, user: string | undefined, password: string | undefined): string {
  const [, scheme, rest] = /^(mongodb(?:\+srv)?:\/\/)(.*)$/s.exec(uri) ?? [];
  if (!user || scheme === undefined || rest === undefined || /^[^/?#]*@/.test(rest)) return uri;
  const secret = password ? `:${encodeURIComponent(password)}` : '';
  return `${scheme}${encodeURIComponent(user)}${secret}@${rest}`;
}

const PARTS =
  /^mongodb(?<srv>\+srv)?:\/\/(?:(?<user>[^:@]*)(?::(?<password>[^@]*))?@)?(?<hosts>(?!:)[^/?@]+)(?<rest>.*)$/s;
const RESERVED = /[:/?#[\]@]/;
const ENCODED = 'a connection string whose user and password are percent-encoded (@ as %40, / as %2F, : as %3A)';

/**
 * What is wrong with a connection string, to complete the sentence "must be …"; undefined when it can be tried. Refuses
 * nothing that a driver takes: what only the driver or the server can judge is said when events are sent.
 */
export function mongodbUriProblem(uri: string): string | undefined {
  if (!/^mongodb(?:\+srv)?:\/\/\S+$/.test(uri)) {
    return 'a connection string that starts with mongodb:// or mongodb+srv://';
  }
  const { srv, user = '', password = '', hosts = '', rest = '' } = PARTS.exec(uri)?.groups ?? {};
  if (RESERVED.test(user) || RESERVED.test(password) || !isEncoded(user) || !isEncoded(password)) return ENCODED;
  if (/^[^/?]*@/.test(rest)) return ENCODED;
  if (hosts === '') return 'a connection string with a host';
  if (srv && /[,:]/.test(hosts)) return 'a connection string with one host and no port after mongodb+srv://';
  return undefined;
}

function isEncoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
