import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { numberedEvents, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { deadLetterFolder } from './layout.ts';
import { verifyLog } from './verify.ts';

test('a process keeps its letters in one file, and one with the same pid in another container in one of its own', async () => {
  const dir = scratchFolder();
  const letter = { ns: 'd.c', doc: new Uint8Array() };
  keepDeadLetter(dir, letter, 'first');
  keepDeadLetter(dir, letter, 'second');
  const [own = '', ...others] = readdirSync(deadLetterFolder(dir));
  expect(own).toMatch(/^\d{8}T\d{9}Z-.*\.letters$/);
  expect(others).toEqual([]);
  vi.resetModules();
  const elsewhere = await import('./dead-letter.ts');
  elsewhere.keepDeadLetter(dir, letter, 'third');
  expect(readdirSync(deadLetterFolder(dir))).toHaveLength(2);
  expect(
    readFileSync(path.join(deadLetterFolder(dir), own), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(2);
});

test('a letter that was cut off spoils no other', () => {
  const dir = scratchFolder();
  const [first, second] = numberedEvents(0, 2);
  const doc = (event: { doc: Uint8Array } | undefined): Uint8Array => event?.doc ?? new Uint8Array();
  keepDeadLetter(dir, { ns: 'd.c', doc: doc(first) }, 'too large');
  const [name = ''] = readdirSync(deadLetterFolder(dir));
  const file = path.join(deadLetterFolder(dir), name);
  appendFileSync(file, '{"at":"2026-');
  keepDeadLetter(dir, { ns: 'd.c', doc: doc(second) }, 'ä\nb');
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
  const { findings } = verifyLog(dir);
  expect(findings.map(({ kind, id }) => [kind, id])).toEqual([
    ['dead-letter', first?.id],
    ['unreadable', undefined],
    ['dead-letter', second?.id],
  ]);
});
