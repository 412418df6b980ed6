/** Longest key that is remembered, characters. */
const MAX_LENGTH = 1024;

/** The same text for data of the same content; undefined for what is too large to be remembered. */
export function textKey(value: unknown): string | undefined {
  const text = JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? { bigint: String(member) } : member));
  return text.length > MAX_LENGTH ? undefined : text;
}
