import { expect, it } from 'vitest';
import { renderTable } from './table.ts';

const columns = [{ title: 'name' }, { title: 'calls', align: 'right' as const }];

it('aligns text left and numbers right', () => {
  const table = renderTable(
    columns,
    [
      ['ask', '7'],
      ['total', '12,345'],
    ],
    100,
  );
  expect(table).toBe(['name    calls', '─────  ──────', 'ask         7', 'total  12,345', ''].join('\n'));
});

it('cuts the widest text until it fits, never a number', () => {
  const table = renderTable(
    columns,
    [
      ['a'.repeat(200), '1234567890'],
      ['ü', '1'],
    ],
    40,
  );
  const lines = table.trimEnd().split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBe(40);
  expect(lines[2]).toMatch(/^a+… {2}1234567890$/);
});

it('cuts a path at its start', () => {
  const table = renderTable([{ title: 'place', cut: 'start' }], [[`${'folder/'.repeat(20)}ask.ts:12`]], 20);
  expect(table.split('\n')[2]).toBe('…er/folder/ask.ts:12');
});

it('may be wider when there is nothing left to cut', () => {
  const table = renderTable(columns, [['name', '9'.repeat(60)]], 40);
  expect(table).toContain('9'.repeat(60));
});

it('shows a text of anybody as text in its one cell', () => {
  const table = renderTable(columns, [['a\u001b[2J\nb', '1']], 40);
  expect(table.split('\n').slice(2)).toEqual(['a [2J b      1', '']);
});
