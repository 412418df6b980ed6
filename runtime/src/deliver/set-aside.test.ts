import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, test, vi } from 'vitest';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { saidByCause } from '../diagnostics/say.ts';
import { deadLetterFolder } from '../log/layout.ts';
import type { Entry } from '../log/record.ts';
import { verifyLog } from '../log/verify.ts';
import { NotSetAsideError, SetAside } from './set-aside.ts';

beforeEach(() => saidByCause().clear());

test('an event whose batch comes again for another one is kept and counted once', () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {});
  const dir = scratchFolder();
  const folder = deadLetterFolder(dir);
  const [first, second]: Entry[] = ['d.a', 'd.b'].map((ns) => ({ ns, doc: new Uint8Array() }));
  if (!first || !second) throw new Error('no events');
  const aside = new SetAside(dir, 'a place');
  aside.refused(first, 'no');
  renameSync(folder, `${folder}-away`);
  writeFileSync(folder, '');
  expect(() => aside.refused(second, 'no')).toThrow(NotSetAsideError);
  expect(() => aside.givenUp(second, new Error('400'))).toThrow(NotSetAsideError);
  expect(aside.kept).toBe(1);
  rmSync(folder);
  renameSync(`${folder}-away`, folder);
  for (const entry of [first, second]) aside.refused(entry, 'no');
  expect([aside.kept, aside.lost]).toEqual([2, 0]);
  expect(verifyLog(dir).counts['dead-letter']).toBe(2);
  expect(stderr.mock.calls.flat().map((line) => /PAN\d{4}/.exec(line)?.[0])).toEqual(['PAN6403', 'PAN6323', 'PAN6403']);
  stderr.mockRestore();
});
