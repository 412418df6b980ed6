import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildChild } from '../../../fixtures/tools/child.ts';
import { numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { readLog } from './reader.ts';

/** Node's own restrictions, under which no file can be synced. */
const RESTRICTED = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

const CHILD = `
import { serialize } from 'bson';
import { logOutlet } from './log/outlet.ts';

const outlet = logOutlet({ dir: process.argv[2] });
const events = Array.from({ length: 10 }, (_, n) =>
  ({ id: '0'.repeat(23) + n, database: 'd', collection: 'c', doc: serialize({ n }) }));
outlet.append(events, () => console.log('acknowledged'));
await outlet.close(1000);
`;

test('a process that may not sync any file writes its events, and says how safe they are', async () => {
  const script = await buildChild(CHILD);
  const dir = path.join(scratchFolder(), '.panoptic');
  const flags = [RESTRICTED, '--allow-fs-read=*', '--allow-fs-write=*', '--disable-warning=ExperimentalWarning'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, script, dir], { encoding: 'utf8' });
  rmSync(path.dirname(script), { recursive: true });
  expect({ status, stdout: stdout.trim() }).toEqual({ status: 0, stdout: 'acknowledged' });
  // where a Node lets it sync there is nothing to say
  expect(stderr.trim()).toMatch(/^(Panoptic PAN6310: .+ may not survive a power cut\.)?$/);
  expect(await numbersOf(readLog(dir))).toEqual(range(0, 10));
});
