import type { PanopticOptions } from './options.ts';
import type { Reader } from './reader.ts';
import { isObject, type Parse, Refused } from './values.ts';
import type { VariableName } from './variables.ts';

/** An option that has members of its own, or an item in a list of such. */
export class Group {
  readonly reader: Reader;
  /** Where it stands, such as `sampling.rules[0]`. */
  readonly path: string;
  readonly members: Readonly<Record<string, unknown>>;
  /** The member that the path itself stands for: it was given as a number. */
  readonly #short: string | undefined;
  readonly #isVariable: boolean;

  constructor(
    reader: Reader,
    path: string,
    members: Readonly<Record<string, unknown>>,
    { short, isVariable = false }: { short?: string; isVariable?: boolean } = {},
  ) {
    this.reader = reader;
    this.path = path;
    this.members = members;
    this.#short = short;
    this.#isVariable = isVariable;
  }

  /** Undefined when it is not set, or wrong; the latter is noted. */
  value<T>(name: string, parse: Parse<T>): T | undefined {
    return this.reader.value(this.#pathOf(name), this.members[name], parse, this.#isVariable);
  }

  /** As `value`, where a member that is not set is wrong as well. */
  required<T>(name: string, parse: Parse<T>): T | undefined {
    const raw = this.members[name];
    return this.reader.value(this.#pathOf(name), raw === undefined ? null : raw, parse, this.#isVariable);
  }

  #pathOf(name: string): string {
    return name === this.#short ? this.path : `${this.path}.${name}`;
  }
}

/**
 * The members of an option, else those its variable stands for; undefined where neither is set. A number stands for the
 * first member alone.
 */
export function readGroup(
  reader: Reader,
  name: keyof PanopticOptions,
  variable: VariableName,
  members: readonly [string, ...string[]],
): Group | undefined {
  const raw: unknown = reader.options[name];
  const [first] = members;
  if (raw === undefined) {
    const set = reader.env[variable];
    return set ? new Group(reader, variable, { [first]: set }, { short: first, isVariable: true }) : undefined;
  }
  if (typeof raw === 'number') return new Group(reader, name, { [first]: raw }, { short: first });
  return groupOf(reader, name, raw, members, 'a number, or ');
}

/** Undefined, and noted, for what is no object; a member that there is not is noted, too. */
export function groupOf(
  reader: Reader,
  path: string,
  raw: unknown,
  members: readonly string[],
  otherwise = '',
): Group | undefined {
  const list = members.join(', ');
  if (!isObject(raw)) {
    return reader.value<Group>(path, raw ?? null, () => new Refused(`${otherwise}an object with ${list}`));
  }
  for (const name of Object.keys(raw).filter((key) => !members.includes(key))) {
    const message = `${path}.${name} is not an option of createPanoptic. Known: ${list}.`;
    reader.problems.push({ code: 'PAN4102', name: `${path}.${name}`, message });
  }
  return new Group(reader, path, raw);
}
