/** A name in which `*` stands for any characters, or what the name must match. */
export type NamePattern = string | RegExp;

/** Which calls a rule is for; all that it names must hold. */
export interface CallMatch {
  /** Name of the provider, or an alias of it. */
  provider?: string;
  service?: NamePattern;
  /** Qualified name as it stands in the events: `Class.method`. */
  function?: NamePattern;
  /** `tenant_id` of the execution metadata. */
  tenant?: NamePattern;
}

/** A rule after validation. */
export interface Rule<T> {
  /** Its canonical name. */
  readonly provider: string | undefined;
  readonly service: RegExp | undefined;
  readonly function: RegExp | undefined;
  readonly tenant: RegExp | undefined;
  readonly value: T;
}
