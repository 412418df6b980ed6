type Data = Readonly<Record<string, unknown>>;

/** Longest key that is remembered, characters. */
const MAX_LENGTH = 1024;

/** The same text for execution metadata of the same content, which is worked out once for each snapshot. */
export class ContextKeys {
  readonly #known: WeakMap<Data, string | undefined> = new WeakMap();

  /** Undefined for one that is too large, or cannot be told. */
  of(data: Data | undefined): string | undefined {
    if (data === undefined) return '';
    let key = this.#known.get(data);
    if (key === undefined && !this.#known.has(data)) this.#known.set(data, (key = textKey(data)));
    return key;
  }
}

/** The same text for data of the same content; undefined as above. */
export function textKey(value: unknown): string | undefined {
  const text = JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? { bigint: String(member) } : member));
  return text.length > MAX_LENGTH ? undefined : text;
}
