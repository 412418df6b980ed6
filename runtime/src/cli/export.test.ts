import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { deserialize, EJSON } from 'bson';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { frozenEvent, sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { logOutlet } from '../log/outlet.ts';
import { EXIT } from './exit-codes.ts';
import { dumpName } from './mongodump.ts';
import { run } from './program.ts';

const mongo = await mongoForTests('panoptic export from MongoDB');

const EVENTS = [
  sampleEvent({ ts: '2026-03-01T12:00:00.000Z', amount: '0.10', currency: 'USD' }),
  sampleEvent({ ts: '2026-03-02T12:00:00.000Z', resource: 'Größe, "Länge"' }),
  sampleEvent({ ts: '2026-03-03T12:00:00.000Z', env: 'production' }),
];

/** A log that holds the first event twice, as a crash between two owners may leave it. */
function project(): string {
  const root = scratchFolder();
  const log = logOutlet({ dir: path.join(root, '.panoptic') });
  log.append([...EVENTS, ...EVENTS.slice(0, 1)].map(frozenEvent));
  log.closeSync();
  return root;
}

async function exported(root: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = capturedIo(root);
  const code = await run(['export', ...args], io);
  return { code, out: io.out(), err: io.err() };
}

/** The documents of a `.bson` file, by the lengths they begin with. */
function documentsOf(bytes: Buffer): Buffer[] {
  const documents: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + bytes.readInt32LE(at);
    documents.push(bytes.subarray(at, end));
    at = end;
  }
  return documents;
}

it('writes each event once, one a line, as JSON', async () => {
  const { code, out, err } = await exported(project(), '--json');
  expect(code).toBe(EXIT.ok);
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(EVENTS);
  expect(err).toMatch(/^Exported 3 events from \S+\. 1 copy left out\.\n$/);
});

it('cuts by time and by env', async () => {
  const root = project();
  const { out } = await exported(root, '--json', '--since', '2026-03-02', '--until', '2026-03-03T12:00:00Z');
  expect(JSON.parse(out)).toEqual(EVENTS[1]);
  expect(JSON.parse((await exported(root, '--json', '--env', 'production')).out)).toEqual(EVENTS[2]);
});

it('writes a file, compressed on request', async () => {
  const root = project();
  const { code, out, err } = await exported(root, '--csv', '--gzip', '--out', 'costs.csv.gz');
  expect({ code, out }).toEqual({ code: EXIT.ok, out: '' });
  expect(err).toContain('3 events');
  const lines = gunzipSync(readFileSync(path.join(root, 'costs.csv.gz')))
    .toString('utf8')
    .split('\r\n');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toMatch(/^id,ts,project,env,/);
  expect(lines[2]).toContain(',"Größe, ""Länge""",');
});

it.each([false, true])('writes what mongorestore reads, byte for byte (gzip: %s)', async (gzip) => {
  const root = project();
  const { code, out } = await exported(root, '--mongodump', 'dump', ...(gzip ? ['--gzip'] : []));
  expect(code).toBe(EXIT.ok);
  expect(out).toContain('Exported 3 events');
  const dump = path.join(root, 'dump');
  const ending = gzip ? '.gz' : '';
  expect(readdirSync(dump)).toEqual(['panoptic-production', 'panoptic-test']);
  expect(readdirSync(path.join(dump, 'panoptic-test')).sort()).toEqual([
    `openai_default.bson${ending}`,
    `openai_default.metadata.json${ending}`,
  ]);
  const read = (name: string): Buffer => {
    const bytes = readFileSync(path.join(dump, 'panoptic-test', name + ending));
    return gzip ? gunzipSync(bytes) : bytes;
  };
  const documents = documentsOf(read('openai_default.bson'));
  expect(documents.map((doc) => doc.toString('hex'))).toEqual(
    EVENTS.slice(0, 2).map((event) => Buffer.from(frozenEvent(event).doc).toString('hex')),
  );
  expect(read('openai_default.metadata.json').toString('utf8')).toBe(
    '{"indexes":[{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"},' +
      '{"v":{"$numberInt":"2"},"key":{"ts":{"$numberInt":"-1"}},"name":"ts_-1"},' +
      '{"v":{"$numberInt":"2"},"key":{"service":{"$numberInt":"1"}},"name":"service_1"},' +
      '{"v":{"$numberInt":"2"},"key":{"env":{"$numberInt":"1"}},"name":"env_1"},' +
      '{"v":{"$numberInt":"2"},"key":{"ts":{"$numberInt":"-1"},"service":{"$numberInt":"1"}},"name":"ts_-1_service_1"},' +
      '{"v":{"$numberInt":"2"},"key":{"metadata.tenant_id":{"$numberInt":"1"},"ts":{"$numberInt":"-1"}},' +
      '"name":"metadata.tenant_id_1_ts_-1"}],"collectionName":"openai_default","type":"collection"}',
  );
});

it('names the files of a dump as mongodump does', () => {
  expect(dumpName('openai_default')).toBe('openai_default');
  expect(dumpName("a/b c$d+e:f@g=h&i,j;k?l(m)'!*~")).toBe('a%2Fb%20c$d+e:f@g=h&i%2Cj%3Bk%3Fl%28m%29%27%21%2A~');
  const long = dumpName('x'.repeat(239));
  expect(long).toMatch(/^x{208}%24[\w-]{27}$/);
  expect(dumpName('x'.repeat(238))).toHaveLength(238);
});

it.each([
  [[], 'PAN6112'],
  [['--json', '--csv'], 'PAN6112'],
  [['--mongodump', 'full'], 'PAN6113'],
  [['--mongodump', 'dump', '--out', 'x'], 'PAN6112'],
  [['--json', '--out', 'no/such/folder/file'], 'PAN6114'],
])('refuses %j', async (args, code) => {
  const root = project();
  mkdirSync(path.join(root, 'full'));
  writeFileSync(path.join(root, 'full', 'file'), '');
  const answer = await exported(root, ...args);
  expect(answer.code).toBe(EXIT.usage);
  expect(answer.err).toContain(code);
});

describe.skipIf(!mongo)('from MongoDB', () => {
  const uri = mongo?.uri ?? '';

  it('writes documents and indexes as they are there', async () => {
    const env = mongo?.env() ?? '';
    const client = await new MongoClient(uri).connect();
    const collection = client.db(`panoptic-${env}`).collection('openai_default');
    const events = EVENTS.map((event) => ({ ...event, env }));
    await collection.insertMany(events.map((event) => deserialize(frozenEvent(event).doc, { promoteValues: false })));
    await collection.createIndex({ ts: -1 }, { name: 'by_time' });
    const root = scratchFolder();
    const { code, out } = await exported(
      root,
      '--mongodump',
      'dump',
      '--uri',
      uri,
      '--env',
      env,
      '--since',
      '2026-03-02',
    );
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('Exported 2 events');
    const folder = path.join(root, 'dump', `panoptic-${env}`);
    const documents = documentsOf(readFileSync(path.join(folder, 'openai_default.bson')));
    expect(documents.map((doc) => deserialize(doc).ts.toISOString()).sort()).toEqual([events[1]?.ts, events[2]?.ts]);
    const metadata = EJSON.parse(readFileSync(path.join(folder, 'openai_default.metadata.json'), 'utf8'));
    expect(metadata.collectionName).toBe('openai_default');
    expect(metadata.indexes).toEqual(await collection.listIndexes().toArray());
    const json = await exported(root, '--json', '--uri', uri, '--env', env);
    expect(json.out.trimEnd().split('\n')).toHaveLength(3);
    await client.close();
  });

  it('says that it does not answer, without the password', async () => {
    const down = 'mongodb://ann:c4n4ry@127.0.0.1:1/?serverSelectionTimeoutMS=200';
    const { code, err } = await exported(scratchFolder(), '--json', '--uri', down);
    expect(code).toBe(EXIT.unreachable);
    expect(err).toContain('PAN6203');
    expect(err).not.toContain('c4n4ry');
  });
});
