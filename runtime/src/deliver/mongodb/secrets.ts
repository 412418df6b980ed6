import { maskUri, maskUris } from '../../config/mask-uri.ts';

/**
 * The message of a driver's error without anything secret: whatever stands in the connection string beside scheme,
 * hosts, database and the names of options is taken out, also where the driver quotes a part of it.
 */
export function withoutSecrets(message: string, uri: string): string {
  const open = new Set(words(maskUri(uri)));
  const optionNames = new Set<string>(uri.match(/[\w-]+(?==)/g));
  const secrets = words(uri).filter((word) => word.length > 2 && !open.has(word) && !optionNames.has(word));
  const longestFirst = [...secrets, ...secrets.map(decoded)].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((text, secret) => text.replaceAll(secret, '***'), maskUris(message));
}

const words = (uri: string): string[] => uri.split(/[:/?#@&=,;]+/);

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
