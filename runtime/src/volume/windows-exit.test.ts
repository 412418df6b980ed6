import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildChild, runChild } from '../../../fixtures/tools/child.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { decodeEvent } from '../event/document.ts';
import { readLog } from '../log/reader.ts';

/** An application whose calls are all in windows that would stay open for an hour. */
const CHILD = `
import { site } from './instrument/node.ts';
import { close, createPanoptic } from './index.ts';

createPanoptic({ aggregate: 3_600_000 });
const handles = ['one', 'two', 'three'].map((name) => site(1, {
  id: name, name, file: 'work.ts', line: 1, kind: 'function', async: false, provider: 'System', category: 'SYSTEM',
}));
for (let n = 0; n < 1000; n++) for (const handle of handles) handle.begin().end();
const [way] = process.argv.slice(2);
if (way === 'close') await close();
if (way === 'exit') process.exit(3);
if (way === 'throw') throw new Error('on purpose');
if (way === 'signal') {
  setInterval(() => {}, 1000);
  console.log('ready');
}
`;

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(dirname(script), { recursive: true, force: true }));

test.each([
  ['comes to its end', '', 0, null],
  ['closes', 'close', 0, null],
  ['calls process.exit()', 'exit', 3, null],
  ['throws', 'throw', 1, null],
  ['is told to end', 'signal', null, 'SIGTERM'],
] as const)('no call in a window is lost when the process %s', async (_, way, code, signal) => {
  const dir = scratchFolder();
  const env = { PANOPTIC_TRANSPORT: 'log', PANOPTIC_DIR: dir, PANOPTIC_QUIET: '1' };
  const ended = await runChild(script, [way], env, signal ?? undefined);
  expect(ended).toMatchObject({ code, signal });
  const calls: Record<string, number> = {};
  for await (const { doc } of readLog(dir)) {
    const { metadata, window } = decodeEvent(doc);
    calls[metadata.function_name] = (calls[metadata.function_name] ?? 0) + (window?.count ?? 1);
  }
  expect(calls).toEqual({ one: 1000, two: 1000, three: 1000 });
});
