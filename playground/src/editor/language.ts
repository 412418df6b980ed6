import { javascript } from '@codemirror/lang-javascript';
import type { Extension } from '@codemirror/state';

const LANGUAGES = { ts: 'TypeScript', tsx: 'TypeScript JSX', js: 'JavaScript', jsx: 'JavaScript JSX' } as const;

function dialectOf(file: string): keyof typeof LANGUAGES {
  const [, dialect = 'ts'] = /\.[cm]?([jt]sx?)$/.exec(file) ?? [];
  return dialect in LANGUAGES ? (dialect as keyof typeof LANGUAGES) : 'ts';
}

/** What people call the language of this file. */
export const languageName = (file: string): string => LANGUAGES[dialectOf(file)];

/** Highlighting and indentation for this file. */
export function language(file: string): Extension {
  const dialect = dialectOf(file);
  return javascript({ typescript: dialect.startsWith('t'), jsx: dialect.endsWith('x') });
}
