import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { transform } from '../transform.ts';
import { DIAGNOSTICS } from './table.ts';

const README = new URL('../../README.md', import.meta.url);
const HEAD = '| Code | What | Why | What to do |\n| --- | --- | --- | --- |';

function table(): string {
  const rows = Object.entries(DIAGNOSTICS).map(([code, { severity, title, why, fix }]) => {
    const cells = [title + (severity === 'error' ? '' : ` (${severity})`), why, fix].map((text) =>
      text.replaceAll('|', '\\|'),
    );
    return `| <a id="${code.toLowerCase()}"></a>${code} | ${cells.join(' | ')} |`;
  });
  return [HEAD, ...rows].join('\n');
}

it('the README describes every code, in the words of the table; UPDATE_README=1 writes it', () => {
  const text = readFileSync(README, 'utf8');
  const [before, after] = [text.slice(0, text.indexOf(HEAD)), text.slice(text.lastIndexOf(' |\n') + 2)];
  const wanted = before + table() + after;
  if (process.env.UPDATE_README === '1') writeFileSync(README, wanted);
  expect(readFileSync(README, 'utf8')).toBe(wanted);
});

it('a diagnostic leads to its row', () => {
  const [diagnostic] = transform('/** @billable */\nconst f = () => 1;', 'a.ts').diagnostics;
  const [file, anchor] = diagnostic?.docs?.split('#') ?? [];
  expect(file).toBe('@panoptic/codegen/README.md');
  expect(readFileSync(README, 'utf8')).toContain(`<a id="${anchor}">`);
});
