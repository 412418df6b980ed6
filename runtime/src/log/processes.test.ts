import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { deserialize } from 'bson';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildChild } from '../../../fixtures/tools/child.ts';
import { numberedEvents, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { ownerFolders } from './layout.ts';
import { logOutlet } from './outlet.ts';
import { readLog } from './reader.ts';

/** Appends without end, and prints each id when `append` has returned. */
const CHILD = `
import { ObjectId, serialize } from 'bson';
import { writeSync } from 'node:fs';
import { logOutlet } from './log/outlet.ts';

const transport = logOutlet({ dir: process.argv[2], segmentBytes: 20_000 });
function work() {
  const ids = Array.from({ length: 7 }, () => new ObjectId());
  transport.append(ids.map((_id) => ({ id: String(_id), database: 'd', collection: 'c', doc: serialize({ _id, text: 'x'.repeat(200) }) })));
  writeSync(1, ids.join('\\n') + '\\n');
  setImmediate(work);
}
work();
`;

let script = '';
beforeAll(async () => {
  script = await buildChild(CHILD);
});
afterAll(() => rmSync(path.dirname(script), { recursive: true, force: true }));

/** Runs a child until it has appended so many events, and kills it. Resolves with the ids whose append had returned. */
async function appendAndDie(dir: string, events: number): Promise<string[]> {
  const child = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const ids: string[] = [];
  for await (const id of createInterface({ input: child.stdout })) if (ids.push(id) === events) child.kill('SIGKILL');
  await closed;
  return ids;
}

test('processes that share a folder and are killed leave every event whose append had returned, once', async () => {
  const dir = scratchFolder();
  const acknowledged = (await Promise.all([appendAndDie(dir, 300), appendAndDie(dir, 1000)])).flat();
  acknowledged.push(...(await appendAndDie(dir, 500)));
  expect(ownerFolders(dir)).toHaveLength(3);

  // the next start repairs whatever the kills have torn
  const transport = logOutlet({ dir });
  const [event] = numberedEvents(0, 1);
  transport.append(event ? [event] : []);
  acknowledged.push(event?.id ?? '');

  const stored: string[] = [];
  for await (const { doc } of readLog(dir)) stored.push(String(deserialize(doc)._id));
  expect(new Set(stored).size).toBe(stored.length);
  expect(new Set(stored)).toEqual(new Set([...stored, ...acknowledged]));
  expect(stored.length).toBeGreaterThanOrEqual(1801);
});
