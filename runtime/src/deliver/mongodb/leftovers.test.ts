import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildChild } from '../../../../fixtures/tools/child.ts';
import { numberedEvents, scratchFolder } from '../../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../../fixtures/tools/mongodb-test.ts';
import { ownerFolders } from '../../log/layout.ts';
import { mongodbOutlet } from './outlet.ts';

const mongo = await mongoForTests('taking over what dead processes left');

/** Ships without end, and prints each id when `append` has returned. */
const CHILD = `
import { ObjectId, serialize } from 'bson';
import { writeSync } from 'node:fs';
import { mongodbOutlet } from './deliver/mongodb/outlet.ts';

const [, , dir, uri, database] = process.argv;
const transport = mongodbOutlet({ dir, uri, segmentBytes: 30_000 });
setInterval(() => {
  const ids = Array.from({ length: 23 }, () => new ObjectId());
  transport.append(ids.map((_id) => ({ id: String(_id), database, collection: 'openai_test', doc: serialize({ _id, text: 'x'.repeat(200) }) })));
  writeSync(1, ids.join('\\n') + '\\n');
}, 2);
`;

describe.skipIf(!mongo)('processes that were killed', () => {
  const uri = mongo?.uri ?? 'mongodb://none/';
  const client = new MongoClient(uri);
  let script = '';
  beforeAll(async () => {
    script = await buildChild(CHILD);
    await client.connect();
  });
  afterAll(async () => {
    rmSync(path.dirname(script), { recursive: true, force: true });
    await client.close();
  });

  /** Resolves with the ids whose append had returned when the process was killed. */
  async function shipAndDie(dir: string, to: string, database: string, events: number): Promise<string[]> {
    const child = spawn(process.execPath, [script, dir, to, database], { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    const ids: string[] = [];
    for await (const id of createInterface({ input: child.stdout })) if (ids.push(id) === events) child.kill('SIGKILL');
    await closed;
    return ids;
  }

  test('every event whose append had returned arrives once, from all of them, by the next process', async () => {
    const dir = scratchFolder();
    const database = `panoptic-${mongo?.env()}`;
    const away = 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200';
    const acknowledged = (
      await Promise.all([
        shipAndDie(dir, uri, database, 3000),
        shipAndDie(dir, uri, database, 1500),
        shipAndDie(dir, away, database, 700),
      ])
    ).flat();
    expect(ownerFolders(dir)).toHaveLength(3);

    const transport = mongodbOutlet({ dir, uri });
    transport.append(numberedEvents(0, 1, database));
    await transport.close(30_000);

    const stored = await client.db(database).collection('openai_test').distinct('_id');
    const ids = new Set(stored.map(String));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    expect(await client.db(database).collection('openai_test').countDocuments()).toBe(ids.size);
    expect(ownerFolders(dir)).toEqual([]);
    expect(transport.stats()).toMatchObject({ pending: 0, dropped: 0, failures: 0 });
  });
});
