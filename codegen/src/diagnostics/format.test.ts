import { expect, it } from 'vitest';
import { codeFrame, formatDiagnostic } from './format.ts';

it('underlines a range and shows the lines around it', () => {
  const source = 'one\ntwo\nthree\nfour\nfive';
  expect(codeFrame(source, 8, 13)).toBe('  1 | one\n  2 | two\n> 3 | three\n    | ^^^^^\n  4 | four');
});

it('keeps tabs, so that the underline stands below what it means', () => {
  expect(codeFrame('\t\tab', 3, 4)).toBe('> 1 | \t\tab\n    | \t\t ^');
});

it('counts CRLF as one end of line', () => {
  expect(codeFrame('a\r\nb\r\nc', 6, 7)).toContain('> 3 | c');
});

it('underlines something at the end of the file', () => {
  expect(codeFrame('ab', 2, 2)).toBe('> 1 | ab\n    |   ^');
});

it('keeps the underline on the first line of a range', () => {
  expect(codeFrame('ab\ncd', 0, 5)).toBe('> 1 | ab\n    | ^^\n  2 | cd');
});

it('says what, where, why and what to do', () => {
  const place = { file: 'src/a.ts', line: 1, column: 1, start: 0, end: 1 };
  const text = formatDiagnostic(
    { code: 'PAN1', severity: 'error', message: 'Bad.', why: 'W.', fix: 'F.', docs: 'D#d', ...place },
    'x',
  );
  expect(text).toBe('error PAN1: Bad.\n  at src/a.ts:1:1\n\n> 1 | x\n    | ^\n\n  why: W.\n  fix: F.\n  docs: D#d');
});
