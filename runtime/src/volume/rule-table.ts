import type { ReadCall } from '../instrument/stages.types.ts';
import type { Rule } from './rules.types.ts';

/** The rules that can fit a function, in order; the last one fits whatever is left. */
type Candidates<T> = readonly Rule<T>[];

/** Finds the first rule that fits a call. What depends on the function alone is asked once. */
export class RuleTable<T> {
  readonly #rules: Candidates<T>;
  /** By index of the site. */
  readonly #ofSite: (Candidates<T> | undefined)[] = [];

  /** @param otherwise what counts where no rule fits */
  constructor(rules: readonly Rule<T>[], otherwise: T) {
    const rest = { provider: undefined, service: undefined, function: undefined, tenant: undefined };
    this.#rules = [...rules, { ...rest, value: otherwise }];
  }

  of(call: ReadCall): T {
    const candidates = (this.#ofSite[call.site.index] ??= this.#candidates(call));
    let found = candidates[0] as Rule<T>;
    for (let index = 1; !fitsCall(found, call) && index < candidates.length; index++) {
      found = candidates[index] as Rule<T>;
    }
    return found.value;
  }

  #candidates({ site: { info } }: ReadCall): Candidates<T> {
    return this.#rules.filter(
      (rule) =>
        (rule.provider === undefined || rule.provider === info.provider) && rule.function?.test(info.name) !== false,
    );
  }
}

function fitsCall({ service, tenant }: Rule<unknown>, call: ReadCall): boolean {
  return (
    (service === undefined || fits(service, call.values?.service ?? call.site.info.values?.service)) &&
    (tenant === undefined || fits(tenant, tenantOf(call)))
  );
}

const fits = (pattern: RegExp, name: unknown): boolean =>
  (typeof name === 'string' || typeof name === 'number') && pattern.test(String(name));

/** As it will stand in the event's `metadata`. */
const tenantOf = ({ site: { info }, values, snapshot }: ReadCall): unknown =>
  values?.attributes?.tenant_id ?? info.values?.attributes?.tenant_id ?? snapshot?.data.tenant_id;
