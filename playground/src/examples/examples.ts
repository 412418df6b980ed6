import start from './start.ts?raw';

export interface Example {
  /** Unique; also the stem of the file's name. */
  id: string;
  title: string;
  file: string;
  source: string;
  group: Group;
}

export type Group = 'Start here' | 'Rewritten' | 'With diagnostics';

export const START: Example = {
  id: 'start',
  title: 'Your first two',
  file: 'start.ts',
  source: start,
  group: 'Start here',
};

/** Words that are not written as a folder's name writes them. */
const SPELLING: Record<string, string> = {
  asi: 'ASI',
  bom: 'BOM',
  commonjs: 'CommonJS',
  crlf: 'CRLF',
  jsdoc: 'JSDoc',
  jsx: 'JSX',
  tsx: 'TSX',
};

/** `async-arrow` becomes `Async arrow`, `error-unknown-key` becomes `Unknown key`: its group says the rest. */
function titleOf(folder: string): string {
  const words = folder.replace(/^(?:error|warning)-/, '').split('-');
  const title = words.map((word) => SPELLING[word] ?? word).join(' ');
  return title.charAt(0).toUpperCase() + title.slice(1);
}

/** One example a case folder, those that are about a diagnostic apart. Keys are paths of files, values their text. */
export function examplesOf(inputs: Record<string, string>, errors: Record<string, string>): Example[] {
  const folderOf = (path: string): string => path.split('/').at(-2) ?? path;
  const diagnosed = new Set(Object.keys(errors).map(folderOf));
  return Object.entries(inputs)
    .map(([path, source]): Example => {
      const folder = folderOf(path);
      const group = diagnosed.has(folder) ? 'With diagnostics' : 'Rewritten';
      const extension = path.slice(path.lastIndexOf('.'));
      return { id: folder, title: titleOf(folder), file: `${folder}${extension}`, source, group };
    })
    .sort((a, b) => a.title.localeCompare(b.title, 'en'));
}

/** The start, then the project's own test cases: what the playground shows is what the tests check. */
export const EXAMPLES: readonly Example[] = [
  START,
  ...examplesOf(
    import.meta.glob<string>('../../../fixtures/cases/*/input.*', { query: '?raw', import: 'default', eager: true }),
    import.meta.glob<string>('../../../fixtures/cases/*/error.txt', { query: '?raw', import: 'default', eager: true }),
  ),
];

/** Groups in the order they are shown, with the examples whose title has all the words that were typed. */
export function groupsOf(examples: readonly Example[], typed: string): { group: Group; examples: Example[] }[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const groups: Group[] = ['Start here', 'Rewritten', 'With diagnostics'];
  return groups
    .map((group) => ({
      group,
      examples: examples.filter(
        (example) => example.group === group && words.every((word) => example.title.toLowerCase().includes(word)),
      ),
    }))
    .filter(({ examples: found }) => found.length > 0);
}
