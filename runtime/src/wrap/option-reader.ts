import type { Problem } from '../config/error.ts';
import { type Parse, Refused } from '../config/values.ts';
import { suggest } from '../providers/distance.ts';

/** Reads the options of one call of `wrap` one by one, and collects what is wrong with them. */
export class OptionReader {
  readonly problems: Problem[] = [];
  /** Whose options they are: `wrap(summarize)`. */
  readonly of: string;

  constructor(of: string) {
    this.of = of;
  }

  /** @param what completes the sentence that begins with the option */
  refuse(code: string, name: string, what: string): void {
    this.problems.push({ code, name, message: `${name} of ${this.of} ${what}` });
  }

  /** Undefined when it is not set, or wrong; the latter is noted, without the value, which may be a secret. */
  value<T>(name: string, raw: unknown, parse: Parse<T>): T | undefined {
    if (raw === undefined) return undefined;
    const value = parse(raw);
    if (!(value instanceof Refused)) return value;
    this.refuse('PAN4112', name, `must be ${value.expected}.`);
    return undefined;
  }

  /** Notes what nobody reads. */
  members(prefix: string, raw: object, known: readonly string[]): void {
    for (const name of Object.keys(raw)) {
      if (known.includes(name)) continue;
      const meant = suggest(name, known);
      const next = meant === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${prefix}${meant}?`;
      this.refuse('PAN4113', prefix + name, `is not an option. ${next}`);
    }
  }
}
