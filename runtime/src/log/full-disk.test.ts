import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildChild } from '../../../fixtures/tools/child.ts';
import { numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { readLog } from './reader.ts';

/** Appends in odd portions until the disk has refused some, and tells what became of them. */
const CHILD = `
import { ObjectId, serialize } from 'bson';
import { logOutlet } from './log/outlet.ts';

const transport = logOutlet({ dir: process.argv[2], maxMemoryBytes: 20_000, retryMs: 0 });
for (let n = 0; n < 400; ) {
  const events = Array.from({ length: 7 }, () => ({ database: 'd', collection: 'c', doc: serialize({ _id: new ObjectId(), n: n++, text: 'x'.repeat(200) }) }));
  transport.append(events);
}
transport.closeSync();
console.log(JSON.stringify(transport.stats()));
// at once: what waits in memory is tried again for as long as the process lives, in a new file, which has room
process.exit();
`;

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(path.dirname(script), { recursive: true, force: true }));

// A limit on the size of a file fails as a full disk does: first a short write, then an error. Windows has none.
test.skipIf(process.platform === 'win32')('a disk that is full takes whole records or none', async () => {
  const dir = scratchFolder();
  const limited = 'trap "" XFSZ; ulimit -f 60; exec "$@"';
  const child = spawnSync('sh', ['-c', limited, 'sh', process.execPath, script, dir], { encoding: 'utf8' });
  expect(child.stderr).toMatch(/PAN6310: .* cannot be written/);
  expect(child.stderr).toMatch(/PAN6311: \d+ events are lost/);
  expect(child.stderr).toMatch(/PAN6312: \d+ events are in memory only/);
  const stats = JSON.parse(child.stdout);
  expect(stats.pending).toBeGreaterThan(0);
  expect(stats.dropped).toBeGreaterThan(0);
  expect(stats.delivered + stats.pending + stats.dropped).toBe(stats.accepted);

  const problems: unknown[] = [];
  const numbers = await numbersOf(readLog(dir, { onProblem: (problem) => problems.push(problem) }));
  expect(numbers).toEqual(range(0, stats.delivered));
  expect(stats.delivered).toBeGreaterThan(50);
  expect(problems).toEqual([]);
});
