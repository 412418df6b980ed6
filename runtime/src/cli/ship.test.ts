import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { buildChild } from '../../../fixtures/tools/child.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { mongoForTests } from '../../../fixtures/tools/mongodb-test.ts';
import { frozenEvent, sampleEvent } from '../../../fixtures/tools/sample-events.ts';
import { keepDeadLetter } from '../log/dead-letter.ts';
import { EventLog } from '../log/event-log.ts';
import { deadLetterFolder, ownerFolders, segmentPath } from '../log/layout.ts';
import { logOutlet } from '../log/outlet.ts';
import { ownOwner, writeOwner } from '../log/owner.ts';
import { EXIT } from './exit-codes.ts';
import { run } from './program.ts';

const mongo = await mongoForTests('panoptic ship');
const URI = 'mongodb://ann:c4n4ry@127.0.0.1:1/?serverSelectionTimeoutMS=200';

/** Events in a log whose writer has ended; `spool`: on their way to MongoDB. */
function log(dir: string, role: 'store' | 'spool', ...events: ReturnType<typeof sampleEvent>[]): void {
  const destination = { transport: role === 'store' ? 'log' : 'mongodb', destination: 'somewhere' };
  const writer = new EventLog({ dir, role, destination, segmentBytes: 2000 });
  for (let from = 0; from < events.length; from += 5) writer.append(events.slice(from, from + 5).map(frozenEvent));
  writer.close();
}

const samples = (env: string, count: number): ReturnType<typeof sampleEvent>[] =>
  Array.from({ length: count }, (_, quantity) => sampleEvent({ env, quantity }));

describe.skipIf(!mongo)('into MongoDB', () => {
  const uri = mongo?.uri ?? '';

  async function stored(env: string): Promise<number[]> {
    const client = await new MongoClient(uri).connect();
    const found = await client
      .db(`panoptic-${env}`)
      .collection('openai_default')
      .find()
      .sort({ quantity: 1 })
      .toArray();
    await client.close();
    return found.map(({ quantity }) => quantity);
  }

  async function ship(dir: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const io = capturedIo(dir);
    const code = await run(['ship', '--dir', dir, '--uri', uri, ...args], io);
    return { code, out: io.out(), err: io.err() };
  }

  it('goes a store, which keeps its events and is shipped on from where it was', async () => {
    const env = mongo?.env() ?? '';
    const dir = scratchFolder();
    log(dir, 'store', ...samples(env, 20));
    const first = await ship(dir, '--batch', '7');
    expect(first).toMatchObject({ code: EXIT.ok, err: '' });
    expect(first.out).toMatch(/^Shipped to mongodb:\S+: 20 events; already there: 0; refused: 0; left: 0\.\n$/);
    expect(await stored(env)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    const reported = capturedIo(dir);
    expect(await run(['events', '--dir', dir, '--json', '--limit', '100'], reported)).toBe(EXIT.ok);
    expect(reported.out().trimEnd().split('\n')).toHaveLength(20);

    log(dir, 'store', sampleEvent({ env, quantity: 20 }));
    const second = JSON.parse((await ship(dir, '--json')).out);
    expect(second).toMatchObject({ shipped: 1, alreadyThere: 0, refused: 0, left: [] });
  });

  it('goes what a running program has written so far, and later the rest', async () => {
    const env = mongo?.env() ?? '';
    const dir = scratchFolder();
    const program = logOutlet({ dir });
    onTestFinished(() => program.closeSync());
    const [a, b] = samples(env, 2).map(frozenEvent);
    program.append(a ? [a] : []);
    await ship(dir);
    program.append(b ? [b] : []);
    await ship(dir);
    expect(await stored(env)).toEqual([0, 1]);
  });

  it('goes what a dead process has left, whose folder then goes', async () => {
    const env = mongo?.env() ?? '';
    const dir = scratchFolder();
    log(dir, 'spool', ...samples(env, 9));
    expect(await ship(dir, '--batch', '4')).toMatchObject({ code: EXIT.ok, err: '' });
    expect(ownerFolders(dir)).toEqual([]);
    expect(await stored(env)).toHaveLength(9);
  });

  it('goes nothing of a running process, whose events are counted as left', async () => {
    const env = mongo?.env() ?? '';
    const dir = scratchFolder();
    log(dir, 'spool', ...samples(env, 3));
    const [folder = ''] = ownerFolders(dir);
    rmSync(path.join(folder, 'checked'));
    writeOwner(folder, { ...ownOwner('spool'), pid: process.ppid, started: '' });
    const { code, out, err } = await ship(dir);
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('0 events; already there: 0; refused: 0; left: 3.');
    expect(err).toContain(`3 events left in ${path.basename(folder)}: process ${process.ppid} is running`);
    expect(await stored(env)).toEqual([]);
  });

  it('goes an event once, however often its cursor is lost', async () => {
    const env = mongo?.env() ?? '';
    const dir = scratchFolder();
    log(dir, 'store', ...samples(env, 5));
    await ship(dir);
    const [folder = ''] = ownerFolders(dir);
    for (const name of readdirSync(folder).filter((one) => one.startsWith('shipped-'))) {
      writeFileSync(path.join(folder, name), '0 0\n');
    }
    expect((await ship(dir)).code).toBe(EXIT.ok);
    expect(await stored(env)).toEqual([0, 1, 2, 3, 4]);
  });

  it('goes a dead letter on request; what is refused again stays one', async () => {
    const env = mongo?.env() ?? '';
    const dir = scratchFolder();
    log(dir, 'store');
    const { doc } = frozenEvent(sampleEvent({ env, quantity: 7 }));
    keepDeadLetter(dir, { ns: `panoptic-${env}.openai_default`, doc }, 'validation failed');
    keepDeadLetter(dir, { ns: `panoptic-${env}.openai_default`, doc: Buffer.from('no BSON') }, 'no BSON');
    // what a call that was killed had taken, and a line that is no letter
    const [own = ''] = readdirSync(deadLetterFolder(dir));
    const letter = { ns: `panoptic-${env}.openai_default`, doc: '' };
    letter.doc = Buffer.from(frozenEvent(sampleEvent({ env, quantity: 8 })).doc).toString('base64');
    const taken = own.replace('.letters', '-00c0ffee-taken.letters');
    writeFileSync(path.join(deadLetterFolder(dir), taken), `${JSON.stringify(letter)}\nnot a letter\n`);
    expect((await ship(dir)).err).toContain('3 events refused earlier; --dead-letters sends them again');
    const { code, out } = await ship(dir, '--dead-letters');
    expect(code).toBe(EXIT.findings);
    expect(out).toContain('2 events; already there: 0; refused: 1 (kept in');
    expect(await stored(env)).toEqual([7, 8]);
    const kept = readdirSync(deadLetterFolder(dir)).map((name) =>
      readFileSync(path.join(deadLetterFolder(dir), name), 'utf8'),
    );
    expect(kept.join('')).toContain(Buffer.from('no BSON').toString('base64'));
    expect(kept.join('')).toContain('not a letter');
    expect(kept.join('')).not.toContain(Buffer.from(doc).toString('base64'));
  });

  it('is killed wherever it may be, and goes on: each event is there once', async () => {
    const env = mongo?.env() ?? '';
    const dir = scratchFolder();
    log(dir, 'spool', ...samples(env, 1200));
    log(dir, 'store', ...samples(env, 1200));
    const script = await buildChild(`
      import { processIo } from './cli/io.ts';
      import { run } from './cli/program.ts';
      process.exitCode = await run(process.argv.slice(2), processIo());`);
    onTestFinished(() => rmSync(path.dirname(script), { recursive: true, force: true }));
    const client = await new MongoClient(uri).connect();
    onTestFinished(() => client.close());
    const arrived = (): Promise<number> => client.db(`panoptic-${env}`).collection('openai_default').countDocuments();
    for (const kills of [1, 2, 3]) {
      const child = spawn(process.execPath, [script, 'ship', '--dir', dir, '--uri', uri, '--batch', '25']);
      const closed = once(child, 'close');
      await expect.poll(arrived, { timeout: 60_000, interval: 10 }).toBeGreaterThan(kills * 400);
      child.kill('SIGKILL');
      await closed;
    }
    const { code, out } = await ship(dir);
    expect(code).toBe(EXIT.ok);
    expect(out).toMatch(/already there: \d+; refused: 0; left: 0\./);
    expect(await stored(env)).toEqual(Array.from({ length: 2400 }, (_, n) => n >> 1));
    expect(ownerFolders(dir)).toHaveLength(1);
  }, 240_000);

  it('names what is damaged and ships what lies around it', async () => {
    const env = mongo?.env() ?? '';
    const dir = scratchFolder();
    log(dir, 'store', ...samples(env, 4));
    const [folder = ''] = ownerFolders(dir);
    const file = segmentPath(folder, 1);
    const bytes = readFileSync(file);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const { code, err } = await ship(dir);
    expect(code).toBe(EXIT.findings);
    expect(err).toMatch(/segment 1, at \d+ are no record/);
    expect(await stored(env)).not.toContain(0);
  });

  it('names what is missing between two segments', async () => {
    const env = mongo?.env() ?? '';
    const dir = scratchFolder();
    log(dir, 'store', ...samples(env, 20));
    const [folder = ''] = ownerFolders(dir);
    truncateSync(segmentPath(folder, 1), 0);
    const { code, err } = await ship(dir);
    expect(code).toBe(EXIT.findings);
    expect(err).toMatch(/Note: \d+ records missing before .*, segment 2, at 0: /);
  });
});

it('says of a folder without an owner why it is left', async () => {
  const dir = scratchFolder();
  log(dir, 'spool', ...samples('test', 3));
  const [folder = ''] = ownerFolders(dir);
  rmSync(path.join(folder, 'owner'));
  const io = capturedIo(dir);
  expect(await run(['ship', '--dir', dir, '--uri', URI, '--dry-run'], io)).toBe(EXIT.ok);
  expect(io.err()).toContain(`3 events left in ${path.basename(folder)}: its file owner is missing or unreadable; `);
});

it('counts only, with --dry-run, and connects to nothing', async () => {
  const dir = scratchFolder();
  log(dir, 'store', ...samples('test', 3));
  log(dir, 'spool', ...samples('production', 2));
  const io = capturedIo(dir);
  expect(await run(['ship', '--dir', dir, '--uri', URI, '--dry-run'], io)).toBe(EXIT.ok);
  expect(io.out()).toMatchInlineSnapshot(`
    "Would ship 5 events to mongodb://127.0.0.1:1/.
      panoptic-production.openai_default: 2 events
      panoptic-test.openai_default: 3 events
    "
  `);
  expect(ownerFolders(dir).some((folder) => folder.includes('~'))).toBe(false);
  const json = capturedIo(dir);
  await run(['ship', '--dir', dir, '--uri', URI, '--dry-run', '--json'], json);
  expect(JSON.parse(json.out())).toMatchObject({ dryRun: true, events: 5, left: [] });
  expect(io.out() + json.out()).not.toContain('c4n4ry');
});

it('says what was on its way to another place than MongoDB', async () => {
  const dir = scratchFolder();
  const destination = { transport: 'http', destination: 'https://billing.example.net/' };
  const writer = new EventLog({ dir, role: 'spool', destination });
  writer.append([frozenEvent(sampleEvent())]);
  writer.close();
  const io = capturedIo(dir);
  expect(await run(['ship', '--dir', dir, '--uri', URI, '--dry-run'], io)).toBe(EXIT.ok);
  expect(io.err()).toContain('on their way to https://billing.example.net/; what is shipped to mongodb://127.0.0.1:1/');
});

it('says that MongoDB does not answer, what is left, and no password', async () => {
  const dir = scratchFolder();
  log(dir, 'spool', ...samples('test', 3));
  const io = capturedIo(dir);
  expect(await run(['ship', '--dir', dir, '--uri', URI], io)).toBe(EXIT.unreachable);
  expect(io.err()).toMatch(/PAN6406: mongodb:\/\/127\.0\.0\.1:1\/ cannot be reached: .*The same command goes on/);
  expect(io.out()).toContain('left: 3.');
  expect(io.out() + io.err()).not.toContain('c4n4ry');
  expect(existsSync(ownerFolders(dir)[0] ?? '')).toBe(true);
});

it('stops when it is told to, and says what is left', async () => {
  const dir = scratchFolder();
  log(dir, 'store', ...samples('test', 3));
  const io = capturedIo(dir);
  io.stop();
  expect(await run(['ship', '--dir', dir, '--uri', URI], io)).toBe(EXIT.findings);
  expect(io.out()).toContain('left: 3.');
  expect(io.err()).toContain('the same command goes on from here');
});

it('asks where to', async () => {
  const io = capturedIo(scratchFolder());
  expect(await run(['ship'], io)).toBe(EXIT.usage);
  expect(io.err()).toContain('PAN6110');
});
