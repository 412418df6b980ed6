import { type OwnProviders, ownProviderProblems, suggest } from '@panoptic/runtime/providers';
import { PanopticFileError } from './file-error.ts';

/** How annotations are read where no bundler has options: the names and meanings are those of `@panoptic/plugin`. */
export interface FileOptions {
  /** Providers of your own: `{ Acme: 'API' }`, or `{ Acme: { category: 'API', aliases: ['acme-inc'] } }`. @default {} */
  providers?: OwnProviders;
  /** Warnings about annotations count as errors. @default false */
  strict?: boolean;
  /** What an annotation that cannot be honoured does: stop, or warn and leave the function unbilled. @default 'fail' */
  onError?: 'fail' | 'warn';
  /** Calls carry the billable call they ran in. @default false; true where `PANOPTIC_TRACE` is 1 */
  trace?: boolean;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const flag = (value: unknown): string[] => (typeof value === 'boolean' ? [] : ['true or false']);

/** Each option: what it would have to be, where it is not. */
const WANTED: Readonly<Record<keyof FileOptions, (value: unknown) => readonly string[]>> = {
  providers: (value) => ownProviderProblems(value).map(({ path, expected }) => expected + (path && `, at \`${path}\``)),
  strict: flag,
  onError: (value) => (value === 'fail' || value === 'warn' ? [] : ['"fail" or "warn"']),
  trace: flag,
};

function problems(name: string, value: unknown, known: readonly string[]): string[] {
  if (Object.hasOwn(WANTED, name)) {
    return WANTED[name as keyof FileOptions](value).map((wanted) => `\`${name}\` must be ${wanted}.`);
  }
  const near = suggest(name, known);
  return [`Unknown option \`${name}\`. ${near ? `Did you mean \`${near}\`?` : `Known are ${known.join(', ')}.`}`];
}

/**
 * Checks options that somebody wrote.
 *
 * @param where they stand, for the message
 * @param others options that are checked elsewhere
 * @throws PanopticFileError `PAN1404` with every problem
 */
export function checkOptions(raw: unknown, where: string, others: readonly string[] = []): FileOptions {
  if (raw === undefined) return {};
  const known = [...Object.keys(WANTED), ...others];
  const entries = isObject(raw) ? Object.entries(raw).filter(([name]) => !others.includes(name)) : [];
  const found = isObject(raw)
    ? entries.flatMap(([name, value]) => problems(name, value, known))
    : [`They have to be an object with ${known.join(', ')}.`];
  if (found.length > 0) throw optionError(where, found);
  return Object.fromEntries(entries);
}

export const optionError = (where: string, problems: readonly string[]): PanopticFileError =>
  new PanopticFileError(
    'PAN1404',
    `error PAN1404: Options that cannot be used in ${where}:\n  ${problems.join('\n  ')}`,
  );
