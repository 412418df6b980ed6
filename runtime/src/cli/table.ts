import { oneLine } from '../diagnostics/one-line.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand right. Default `left`. */
  readonly align?: 'left' | 'right';
  /** The side a text loses when it is too long; paths lose their start. Default `end`. */
  readonly cut?: 'start' | 'end';
}

const GAP = '  ';
const MIN_SHRUNK = 6;

/**
 * Lines of a plain text table, no wider than `width`: the widest left-aligned columns are cut (with `…`) until it fits.
 * Numbers are never cut; a table of nothing but numbers may be wider.
 */
export function renderTable(columns: readonly Column[], cells: readonly (readonly string[])[], width: number): string {
  const rows = cells.map((row) => row.map(oneLine));
  const widths = columns.map(({ title }, index) =>
    Math.max(lengthOf(title), ...rows.map((row) => lengthOf(row[index] ?? ''))),
  );
  shrink(columns, widths, width);
  const line = (cells: readonly string[]): string =>
    widths
      .map((size, index) => fit(cells[index] ?? '', size, columns[index]))
      .join(GAP)
      .trimEnd();
  const rule = widths.map((size) => '─'.repeat(size)).join(GAP);
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)].map((text) => `${text}\n`).join('');
}

function shrink(columns: readonly Column[], widths: number[], width: number): void {
  const total = (): number => widths.reduce((sum, size) => sum + size, GAP.length * (widths.length - 1));
  while (total() > width) {
    const texts = widths.map((size, index) => (columns[index]?.align === 'right' ? 0 : size));
    const widest = texts.indexOf(Math.max(...texts));
    const size = texts[widest] ?? 0;
    if (size <= MIN_SHRUNK) return;
    widths[widest] = size - 1;
  }
}

function fit(text: string, size: number, column: Column | undefined): string {
  const characters = [...text];
  if (characters.length > size) {
    const rest = size - 1;
    return column?.cut === 'start' ? `…${characters.slice(-rest).join('')}` : `${characters.slice(0, rest).join('')}…`;
  }
  const padding = ' '.repeat(size - characters.length);
  return column?.align === 'right' ? padding + text : text + padding;
}

function lengthOf(text: string): number {
  return [...text].length;
}
