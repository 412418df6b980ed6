import type { Options } from '../options.ts';

/** A regular expression where options have to be plain data, as Turbopack wants them. */
type Expression = { readonly source: string; readonly flags: string };

type Json = string | number | boolean | Json[] | { [name: string]: Json };

/** Options of the loader: those of the plugin, whose regular expressions may be plain data. */
export type LoaderOptions = Omit<Options, (typeof PATTERNS)[number]> & {
  readonly [Name in (typeof PATTERNS)[number]]?: Options[Name] | readonly (string | RegExp | Expression)[];
} & {
  /** Where the code runs. @default what the bundler's target says */
  readonly environment?: 'client' | 'server';
  /** The form of the runtime that generated code imports. @default '@panoptic/runtime/instrument' */
  readonly instrument?: string;
  /** The plugin's own version, so that no cache returns what another one made. */
  readonly version?: string;
};

const PATTERNS = ['include', 'exclude'] as const;

const toPlain = (pattern: unknown): unknown =>
  pattern instanceof RegExp ? { source: pattern.source, flags: pattern.flags } : pattern;

const fromPlain = (pattern: unknown): unknown =>
  typeof pattern === 'object' && pattern !== null && 'source' in pattern && !(pattern instanceof RegExp)
    ? new RegExp(String(pattern.source), String((pattern as Expression).flags))
    : pattern;

const withPatterns = (options: object, change: (pattern: unknown) => unknown): object =>
  Object.fromEntries(
    Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) =>
        PATTERNS.some((pattern) => pattern === name) ? [name, [value].flat().map(change)] : [name, value],
      ),
  );

/** Options of the plugin as data that can be written as JSON. */
export const plainOptions = (options: Options): Record<string, Json> =>
  withPatterns(options, toPlain) as Record<string, Json>;

/** Options of the plugin out of those of the loader. */
export function pluginOptions({ environment: _, instrument: __, version: ___, ...options }: LoaderOptions): Options {
  return withPatterns(options, fromPlain);
}
