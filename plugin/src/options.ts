import { type OwnProviders, ownProviderProblems, suggest } from '@panoptic/codegen';
import { BUILD_CODES, PanopticBuildError } from './build-error.ts';

/** A glob relative to the working directory, or a regular expression on the file's path. */
export type FilterPattern = string | RegExp | readonly (string | RegExp)[];

export interface Options {
  /**
   * Files that may hold annotations; components only with Vite.
   *
   * @default every `.js`, `.ts`, `.jsx`, `.tsx`, `.mjs`, `.mts`, `.cjs`, `.cts`, `.vue`, `.svelte` file
   */
  include?: FilterPattern;
  /** Files never looked at. @default anything in `node_modules` */
  exclude?: FilterPattern;
  /**
   * Providers of your own, as `createPanoptic({ providers })` takes them: `{ Acme: 'API' }`, or
   * `{ Acme: { category: 'API', aliases: ['acme-inc'] } }`.
   *
   * @default {}
   */
  providers?: OwnProviders;
  /** Warnings about annotations count as errors. @default false */
  strict?: boolean;
  /** What an annotation that cannot be honoured does: fail the build, or warn and leave the function unbilled. @default 'fail' */
  onError?: 'fail' | 'warn';
  /**
   * What annotated functions do in code built for a browser: record nothing, or send events to `endpoint`, where they count as
   * untrusted. Rollup does not tell what code is for: there `'record'` says that this build is for browsers.
   *
   * @default 'off'
   */
  client?: 'off' | 'record';
  /**
   * With `client: 'record'`: the address of a `createIngest` handler, a path or a URL. Everybody can read it.
   *
   * @default what `createPanoptic({ endpoint })` says in the client code
   */
  endpoint?: string;
  /**
   * Each event of a billable call inside another names that one as its `parent`. Code that traces says where its functions
   * wait, so a call costs more (see the README of `@panoptic/runtime`). @default false
   */
  trace?: boolean;
  /** Make source maps. @default true, except where the bundler says that it makes none */
  sourcemap?: boolean;
  /** Fail the build when the application would start without `@panoptic/runtime`. @default true */
  checkRuntime?: boolean;
  /** Write to stderr what is done to each file, and how long it took. @default false */
  debug?: boolean;
}

export interface OptionsResolved {
  readonly include: (string | RegExp)[];
  readonly exclude: (string | RegExp)[];
  readonly providers: OwnProviders;
  readonly strict: boolean;
  readonly onError: 'fail' | 'warn';
  readonly client: 'off' | 'record';
  readonly endpoint: string | undefined;
  readonly trace: boolean;
  readonly sourcemap: boolean;
  readonly checkRuntime: boolean;
  readonly debug: boolean;
}

const refuse = (problem: string, next: string): never => {
  throw new PanopticBuildError(BUILD_CODES.badOption, `${problem} in the options of the Panoptic plugin. ${next}`);
};

const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isPattern = (value: unknown): boolean =>
  [value].flat().every((item) => typeof item === 'string' || item instanceof RegExp);
const areProviders = (value: unknown): boolean => ownProviderProblems(value).length === 0;
const wordsOnProviders = (value: unknown): string =>
  ownProviderProblems(value)
    .map(({ path, expected }) => `${expected}${path && `, at \`${path}\``}`)
    .join('; ');

/** Each option: what it accepts, in words and as a test. */
const ACCEPTED: Record<keyof Options, [words: string | typeof wordsOnProviders, accepts: (value: unknown) => boolean]> =
  {
    include: ['a glob, a regular expression, or an array of them', isPattern],
    exclude: ['a glob, a regular expression, or an array of them', isPattern],
    providers: [wordsOnProviders, areProviders],
    strict: ['true or false', isFlag],
    onError: ["'fail' or 'warn'", (value) => value === 'fail' || value === 'warn'],
    client: ["'off' or 'record'", (value) => value === 'off' || value === 'record'],
    endpoint: ['a path that begins with /, or a URL without user and password', isEndpoint],
    trace: ['true or false', isFlag],
    sourcemap: ['true or false', isFlag],
    checkRuntime: ['true or false', isFlag],
    debug: ['true or false', isFlag],
  };

function isEndpoint(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    const { protocol, username, password } = new URL(value, 'http://page');
    return /^(?:\/|https?:)/.test(value) && /^https?:$/.test(protocol) && username + password === '';
  } catch {
    return false;
  }
}

function refuseUnknown(name: string): never {
  const near = suggest(name, Object.keys(ACCEPTED));
  const next = near ? `Did you mean \`${near}\`?` : `Known are ${Object.keys(ACCEPTED).join(', ')}.`;
  return refuse(`Unknown option \`${name}\``, next);
}

function checkOptions(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(ACCEPTED, name)) refuseUnknown(name);
    const [words, accepts] = ACCEPTED[name as keyof Options];
    if (value === undefined || accepts(value)) continue;
    const taken = typeof words === 'string' ? words : words(value);
    refuse(`The value of \`${name}\` cannot be used`, `It takes ${taken}.`);
  }
}

/**
 * Fills in the defaults.
 *
 * @throws PanopticBuildError `PAN2001` for an option that does not exist or a value that cannot be used
 */
export function resolveOptions(options: Options = {}): OptionsResolved {
  checkOptions(options);
  if (options.endpoint !== undefined && options.client !== 'record') {
    refuse('`endpoint` has no effect', "It goes with client: 'record'.");
  }
  return {
    include: [options.include ?? /\.(?:[cm]?[jt]sx?(?:[?#]|$)|(?:vue|svelte)$)/].flat(),
    exclude: [options.exclude ?? /[\\/]node_modules[\\/]/].flat(),
    providers: options.providers ?? {},
    strict: options.strict ?? false,
    onError: options.onError ?? 'fail',
    client: options.client ?? 'off',
    endpoint: options.endpoint,
    trace: options.trace ?? false,
    sourcemap: options.sourcemap ?? true,
    checkRuntime: options.checkRuntime ?? true,
    debug: options.debug ?? false,
  };
}
