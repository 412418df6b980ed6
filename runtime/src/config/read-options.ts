import { PanopticError } from './error.ts';
import { unknownIn } from './known-options.ts';
import { Reader } from './reader.ts';
import { isObject, type Parse } from './values.ts';

/** What reads each option of a function; no other is one. */
export type Parsers<Options> = Readonly<{ [name in keyof Options]-?: Parse<Exclude<Options[name], undefined>> }>;

/**
 * The options of a function without variables, such as `httpTransport`: a copy, of what is set.
 * @param of what the user called, for messages
 * @param given as the application has given them: anything
 * @param required names of those that must be set
 * @throws PanopticError that lists everything that is wrong by its path, such as `httpTransport.url`: PAN4101 a value, PAN4102 an
 * option that there is not
 */
export function readOptions<Options extends object>(
  of: string,
  given: Options,
  parsers: Parsers<Options>,
  required: readonly (keyof Options & string)[] = [],
): Options {
  const reader = new Reader({}, {});
  const options: Readonly<Record<string, unknown>> = isObject(given) ? given : {};
  const values: Record<string, unknown> = {};
  if (options !== given) reader.refuse('PAN4101', 'options', `of ${of} must be an object`);
  else {
    for (const [name, parse] of Object.entries<Parse<unknown>>(parsers)) {
      const isMissing = options[name] === undefined && (required as readonly string[]).includes(name);
      const value = reader.value(`${of}.${name}`, isMissing ? null : options[name], parse);
      if (value !== undefined) values[name] = value;
    }
    reader.problems.push(...unknownIn(options, parsers, `${of}.`, of));
  }
  if (reader.problems.length > 0) throw new PanopticError(reader.problems);
  return values as Options;
}
