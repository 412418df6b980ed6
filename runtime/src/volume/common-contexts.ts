import type { ContextSnapshot } from '../instrument/state.ts';
import { textKey } from './identity.ts';

type Data = Readonly<Record<string, unknown>>;

/** What of the execution metadata must be the same for calls to be alike. */
export interface CommonContext {
  readonly key: string;
  readonly snapshot: ContextSnapshot | undefined;
}

const NONE: CommonContext = { key: '', snapshot: undefined };

/** Finds the common part of contexts, worked out once for each snapshot. */
export class CommonContexts {
  readonly #fields: readonly string[] | undefined;
  readonly #known: WeakMap<Data, CommonContext | 'too large'> = new WeakMap();

  /** @param fields the names that count and stay; undefined is all */
  constructor(fields: readonly string[] | undefined) {
    this.#fields = fields;
  }

  /** Undefined for a context that is too large to be compared. */
  of(snapshot: ContextSnapshot | undefined): CommonContext | undefined {
    if (snapshot === undefined) return NONE;
    let context = this.#known.get(snapshot.data);
    if (context === undefined) this.#known.set(snapshot.data, (context = this.#read(snapshot)));
    return context === 'too large' ? undefined : context;
  }

  #read(snapshot: ContextSnapshot): CommonContext | 'too large' {
    const data = this.#common(snapshot.data);
    const key = textKey(data);
    if (key === undefined) return 'too large';
    return { key, snapshot: data === snapshot.data ? snapshot : { data, serial: 0, index: 0 } };
  }

  #common(data: Data): Data {
    const fields = this.#fields;
    if (fields === undefined) return data;
    return Object.fromEntries(Object.entries(data).filter(([name]) => fields.includes(name)));
  }
}
