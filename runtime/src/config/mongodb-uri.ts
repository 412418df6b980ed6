/** Puts user and password into a connection string that has none; one that has its own stays as it is. */
export function withCredentials(uri: string, user: string | undefined, password: string | undefined): string {
  const [, scheme, rest] = /^(mongodb(?:\+srv)?:\/\/)(.*)$/s.exec(uri) ?? [];
  if (!user || scheme === undefined || rest === undefined || /^[^/?#]*@/.test(rest)) return uri;
  const secret = password ? `:${encodeURIComponent(password)}` : '';
  return `${scheme}${encodeURIComponent(user)}${secret}@${rest}`;
}
