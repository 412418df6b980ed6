import fs from 'node:fs';

/** As it was before compilers were given other texts: `register/read-instead.ts`. */
const { readFileSync } = fs;

export const withoutMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

/** The text on disk, without a byte order mark; undefined for what another hook makes without a file. */
export function readText(file: string | URL): string | undefined {
  try {
    return withoutMark(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
