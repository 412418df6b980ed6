import { suggest } from '@panoptic/runtime/providers';
import { PanopticFileError } from './file-error.ts';

/** How annotations are read where no bundler has options: the names and meanings are those of `@panoptic/plugin`. */
export interface FileOptions {
  /** Names of providers of your own, with their category, e.g. `{ Acme: 'API' }`. @default {} */
  providers?: Readonly<Record<string, string>>;
  /** Warnings about annotations count as errors. @default false */
  strict?: boolean;
  /** What an annotation that cannot be honoured does: stop, or warn and leave the function unbilled. @default 'fail' */
  onError?: 'fail' | 'warn';
  /** Calls carry the billable call they ran in. @default false; true where `PANOPTIC_TRACE` is 1 */
  trace?: boolean;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Each option: what it accepts, in words and as a test. */
const ACCEPTED: Readonly<Record<keyof FileOptions, [words: string, accepts: (value: unknown) => boolean]>> = {
  providers: [
    'an object of provider names and categories, such as { "Acme": "API" }',
    (value) => isObject(value) && Object.values(value).every((item) => typeof item === 'string'),
  ],
  strict: ['true or false', (value) => typeof value === 'boolean'],
  onError: ['"fail" or "warn"', (value) => value === 'fail' || value === 'warn'],
  trace: ['true or false', (value) => typeof value === 'boolean'],
};

function problem(name: string, value: unknown, known: readonly string[]): string | undefined {
  if (!Object.hasOwn(ACCEPTED, name)) {
    const near = suggest(name, known);
    return `Unknown option \`${name}\`. ${near ? `Did you mean \`${near}\`?` : `Known are ${known.join(', ')}.`}`;
  }
  const [words, accepts] = ACCEPTED[name as keyof FileOptions];
  return accepts(value) ? undefined : `\`${name}\` takes ${words}.`;
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
  const known = [...Object.keys(ACCEPTED), ...others];
  const entries = isObject(raw) ? Object.entries(raw).filter(([name]) => !others.includes(name)) : [];
  const problems = isObject(raw)
    ? entries.flatMap(([name, value]) => problem(name, value, known) ?? [])
    : [`They have to be an object with ${known.join(', ')}.`];
  if (problems.length > 0) throw optionError(where, problems);
  return Object.fromEntries(entries);
}

export const optionError = (where: string, problems: readonly string[]): PanopticFileError =>
  new PanopticFileError(
    'PAN1404',
    `error PAN1404: Options that cannot be used in ${where}:\n  ${problems.join('\n  ')}`,
  );
