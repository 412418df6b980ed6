import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { NUMBERS, TEXTS } from './metrics.ts';

const readme = readFileSync(path.join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

/** One row of the table of the README: where the number stands in `stats()`, its metric, and what it means. */
function row(path: string, name: string, labels: Readonly<Record<string, string>>, help: string): string {
  const list = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `| \`${path}\` | \`${name}${list.length > 0 ? `{${list.join(',')}}` : ''}\` | ${help} |`;
}

it('has a row for every number and text of stats()', () => {
  const numbers = Object.entries(NUMBERS).map(([path, { name, labels = {}, key, help }]) =>
    row(path, name, { ...labels, ...(key && { [key]: '…' }) }, help),
  );
  const texts = Object.entries(TEXTS).map(([path, { name, label, help }]) =>
    row(path, name, label === undefined ? {} : { [label]: '…' }, help),
  );
  const missing = [...numbers, ...texts].filter((line) => !readme.includes(line));
  expect(missing.join('\n'), 'rows that the README does not have').toBe('');
  const written = readme.match(/^\| `[\w.]+` \| `panoptic_\w+[^|]*\| .* \|$/gm) ?? [];
  expect(written).toHaveLength(numbers.length + texts.length);
});
