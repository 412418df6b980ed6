import type { ReadCall } from '../instrument/stages.types.ts';

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
    if (key === undefined && !this.#known.has(data)) this.#known.set(data, (key = textOf(data)));
    return key;
  }
}

/** What the annotation read of a call, as a text; undefined as above. */
export const valuesKey = ({ values }: Pick<ReadCall, 'values'>): string | undefined =>
  values === undefined ? '' : textOf(values);

function textOf(value: unknown): string | undefined {
  const text = JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? { bigint: String(member) } : member));
  return text.length > MAX_LENGTH ? undefined : text;
}
