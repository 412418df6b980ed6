import { isObject, text } from '../config/values.ts';
import { resolveCategory, USER_DEFINED } from './category.ts';
import type { Category, KnownProvider, Provider } from './data.ts';
import { folded } from './folded.ts';

/** A known category, or a word of one's own. */
export type CategoryName = Category | (string & {});

/** Names of the table and of `Own` are offered to who writes one; any other is taken, too, and is a provider of its own. */
export type ProviderName<Own extends string = never> = KnownProvider | Own | (string & {});

/** What is said of a provider of one's own: its category, or that and its other spellings. */
export type OwnProvider =
  | CategoryName
  | {
      /** @default 'USER_DEFINED' */
      readonly category?: CategoryName;
      /** Other spellings that mean the same provider; compared without case, spaces and hyphens. @default [] */
      readonly aliases?: readonly string[];
    };

/** Providers of one's own by name; they win over those of the table. */
export type OwnProviders<Own extends string = string> = Readonly<Record<Own, OwnProvider>>;

/** One thing that is wrong in what was given as `OwnProviders`. */
export interface OwnProviderProblem {
  /** Seen from the option: `["Acme LLM"].aliases`; empty for the option itself. */
  readonly path: string;
  /** Completes the sentence "must be …". */
  readonly expected: string;
}

/** In the form of the table. */
export function ownProvider(name: string, own: OwnProvider): Provider<string> {
  const { category = USER_DEFINED, aliases = [] } = typeof own === 'string' ? { category: own } : own;
  const found = resolveCategory(category);
  return { name, category: 'name' in found ? found.name : category, aliases };
}

/** Everything that is wrong, for the options `providers` of the runtime and of the build, which take the same. */
export function ownProviderProblems(raw: unknown): OwnProviderProblem[] {
  if (!isObject(raw)) return [{ path: '', expected: "an object such as { 'Acme LLM': 'AI' }" }];
  const spelt = new Map<string, string>();
  return Object.entries(raw).flatMap(([name, own]) => {
    const problems = [...problemsOf(name, own), ...problemsOfSpelling(name, own, spelt)];
    return problems.map(({ path, expected }) => ({ path: `[${JSON.stringify(name)}]${path}`, expected }));
  });
}

const NAME = 'a text of 1 to 512 characters on one line';

const isName = (raw: unknown): raw is string => typeof text(raw) === 'string';

function problemsOf(name: string, own: unknown): OwnProviderProblem[] {
  const named = isName(name) ? [] : [{ path: '', expected: `called by ${NAME}` }];
  if (typeof own === 'string') return [...named, ...problemsOfCategory('', own)];
  if (!isObject(own)) return [...named, { path: '', expected: "a category such as 'AI', or { category, aliases }" }];
  const { category, aliases = [], ...unknown } = own;
  const spelling = Array.isArray(aliases) && aliases.every(isName) ? [] : [`a list, each entry ${NAME}`];
  return [
    ...named,
    ...(category === undefined ? [] : problemsOfCategory('.category', category)),
    ...spelling.map((expected) => ({ path: '.aliases', expected })),
    ...Object.keys(unknown).map((key) => ({ path: `.${key}`, expected: 'left out: known are category and aliases' })),
  ];
}

function problemsOfCategory(path: string, category: unknown): OwnProviderProblem[] {
  if (!isName(category)) return [{ path, expected: NAME }];
  const found = resolveCategory(category);
  return 'name' in found ? [] : [{ path, expected: `another word, or '${found.suggestion}' if that was meant` }];
}

/** @param spelt folded spelling → the provider that has it; what this one spells is added */
function problemsOfSpelling(name: string, own: unknown, spelt: Map<string, string>): OwnProviderProblem[] {
  const aliases: unknown = isObject(own) ? own.aliases : [];
  const spellings = [name, ...(Array.isArray(aliases) ? aliases.filter(isName) : [])];
  return spellings.flatMap((spelling) => {
    const other = spelt.get(folded(spelling)) ?? name;
    spelt.set(folded(spelling), name);
    return other === name ? [] : [{ path: '', expected: `spelt otherwise: '${spelling}' already means '${other}'` }];
  });
}
