import type { Problem } from './error.ts';
import type { PanopticOptions } from './options.ts';
import { type Parse, Refused } from './values.ts';
import type { VariableName } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads options and variables one by one, and collects what is wrong with them. */
export class Reader {
  readonly problems: Problem[] = [];
  readonly options: PanopticOptions;
  readonly env: Environment;

  constructor(options: PanopticOptions, env: Environment) {
    this.options = options;
    this.env = env;
  }

  /** Undefined when the value is not set, or wrong; the latter is noted, without the value, which may be a secret. */
  value<T>(name: string, raw: unknown, parse: Parse<T>, isVariable = false): T | undefined {
    if (raw === undefined) return undefined;
    const value = parse(raw, isVariable);
    if (!(value instanceof Refused)) return value;
    this.refuse('PAN4101', name, `must be ${value.expected}`);
    return undefined;
  }

  /** Notes that something is wrong; `what` completes the sentence that the name begins. */
  refuse(code: string, name: string, what: string): void {
    this.problems.push({ code, name, message: `${name} ${what}.` });
  }

  /** An empty variable is one that is not set. */
  variable<T>(name: VariableName | 'NODE_ENV' | 'MONGODB_URI', parse: Parse<T>): T | undefined {
    return this.value(name, this.env[name] || undefined, parse, true);
  }

  option<T>(name: keyof PanopticOptions, parse: Parse<T>): T | undefined {
    return this.value(name, this.options[name], parse);
  }

  /** The option, else its variable. */
  setting<T>(name: keyof PanopticOptions, variable: VariableName, parse: Parse<T>): T | undefined {
    return this.option(name, parse) ?? this.variable(variable, parse);
  }
}
