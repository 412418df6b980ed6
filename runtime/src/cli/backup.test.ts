import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BSON } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { capturedIo } from '../../../fixtures/tools/captured-io.ts';
import { buildChild } from '../../../fixtures/tools/child.ts';
import { numberedEvents, numbersOf, range, scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { keepDeadLetter } from '../log/dead-letter.ts';
import { readDestination } from '../log/destination.ts';
import { EventLog } from '../log/event-log.ts';
import { ownerFolders, quarantineFolder, segmentPath, segmentsOf } from '../log/layout.ts';
import { readOwner } from '../log/owner.ts';
import { readLog } from '../log/reader.ts';
import { EXIT } from './exit-codes.ts';
import { run } from './program.ts';
import { TAR_END, tarEntry } from './tar.ts';

async function panoptic(root: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = capturedIo(root);
  const code = await run(args, io);
  return { code, out: io.out(), err: io.err() };
}

/** A log of small segments that is still being written. */
function writing(dir: string, role: 'store' | 'spool' = 'store'): EventLog {
  const transport = role === 'store' ? 'log' : 'mongodb';
  const log = new EventLog({ dir, role, destination: { transport, destination: 'db' }, segmentBytes: 4096 });
  onTestFinished(() => log.close());
  return log;
}

/** Bytes of the segments in a log. */
const sizeOf = (dir: string): number =>
  ownerFolders(dir)
    .flatMap((folder) => segmentsOf(folder).map((segment) => segmentPath(folder, segment)))
    .reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);

const sorted = async (dir: string): Promise<number[]> => (await numbersOf(readLog(dir))).sort((a, b) => a - b);

it('writes once what events share, as the log did that was backed up', async () => {
  const root = scratchFolder();
  const log = new EventLog({ dir: path.join(root, 'log'), destination: { transport: 'log', destination: 'log' } });
  const bytes = Buffer.alloc(1000, 's');
  for (const from of range(0, 20)) {
    const events = numberedEvents(from * 10, from * 10 + 10).map((event) => {
      const doc = BSON.serialize({ _id: new BSON.ObjectId(event.id), n: from, text: bytes.toString() });
      const at = Buffer.from(doc).indexOf(bytes);
      return { ...event, doc, shared: [{ from: at, to: at + bytes.length, bytes }] };
    });
    log.append(events);
  }
  log.close();
  await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  expect((await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'new')).out).toContain('Restored 200 events');
  expect(sizeOf(path.join(root, 'new'))).toBeLessThan(1.1 * sizeOf(path.join(root, 'log')));
  const docs = async (dir: string): Promise<Buffer[]> => {
    const found: Buffer[] = [];
    for await (const { doc } of readLog(path.join(root, dir))) found.push(Buffer.from(doc));
    return found;
  };
  expect(await docs('new')).toEqual(await docs('log'));
});

it('says what the system refuses, and calls it no bug', async () => {
  const root = scratchFolder();
  writing(path.join(root, 'log')).append(numberedEvents(0, 1));
  await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  const { code, err } = await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'b.tar.gz');
  expect(code).toBe(EXIT.unreachable);
  expect(err).toMatch(/^PAN6119: The system refuses what this command needs: EEXIST: .*\n$/);
});

it('brings every event back, into an empty folder and once more into the same', async () => {
  const root = scratchFolder();
  const log = writing(path.join(root, 'log'));
  for (const from of range(0, 30)) log.append(numberedEvents(from * 10, from * 10 + 10));
  const made = await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  expect(made).toMatchObject({ code: EXIT.ok, err: '' });
  expect(made.out).toContain('Backed up 300 events');
  expect(await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'new')).toMatchObject({
    code: EXIT.ok,
    out: `Restored 300 events into ${path.join(root, 'new')}; already there: 0.\n`,
  });
  expect(await sorted(path.join(root, 'new'))).toEqual(range(0, 300));
  expect((await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'new')).out).toContain('0 events into');
  expect(await sorted(path.join(root, 'new'))).toEqual(range(0, 300));
  expect(readdirSync(path.join(root, 'new')).some((name) => name.startsWith('restore-'))).toBe(false);
});

it('adds to a folder only what is missing there', async () => {
  const root = scratchFolder();
  const log = writing(path.join(root, 'log'));
  log.append(numberedEvents(0, 10));
  await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  log.append(numberedEvents(10, 15));
  const { out } = await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'log', '--json');
  expect(JSON.parse(out)).toMatchObject({ restored: 0, alreadyThere: 10 });
  expect(await sorted(path.join(root, 'log'))).toEqual(range(0, 15));
});

it('takes a log at one moment, while it is torn at its end', async () => {
  const root = scratchFolder();
  const dir = path.join(root, 'log');
  const log = writing(dir);
  log.append(numberedEvents(0, 5));
  const file = segmentPath(ownerFolders(dir)[0] ?? '', 1);
  const whole = readFileSync(file);
  writeFileSync(file, Buffer.concat([whole, whole.subarray(0, 40)]));
  await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  expect((await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'new')).out).toContain('Restored 5 events');
});

it('takes a log that another process is writing as fast as it can: a beginning of it, without a gap', async () => {
  const root = scratchFolder();
  const script = await buildChild(`
    import { ObjectId, serialize } from 'bson';
    import { logOutlet } from './log/outlet.ts';
    const log = logOutlet({ dir: process.argv[2], segmentBytes: 20_000 });
    let n = 0;
    function work() {
      const events = Array.from({ length: 7 }, () => ({ _id: new ObjectId(), n: n++ }));
      log.append(events.map((event) => ({ id: String(event._id), database: 'd', collection: 'c', doc: serialize(event) })));
      process.stdout.write(n + '\\n');
      setImmediate(work);
    }
    work();`);
  onTestFinished(() => rmSync(path.dirname(script), { recursive: true, force: true }));
  const child = spawn(process.execPath, [script, path.join(root, 'log')], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let appended = 0;
  child.stdout.on('data', (lines) => (appended = Number(String(lines).trimEnd().split('\n').at(-1))));
  for (const round of [1, 2, 3]) {
    await expect.poll(() => appended, { timeout: 60_000 }).toBeGreaterThan(round * 500);
    const before = appended;
    await panoptic(root, 'backup', `${round}.tar.gz`, '--dir', 'log');
    await panoptic(root, 'restore', `${round}.tar.gz`, '--dir', `new-${round}`);
    const restored = await sorted(path.join(root, `new-${round}`));
    expect(restored.length).toBeGreaterThanOrEqual(before);
    expect(restored).toEqual(range(0, restored.length));
  }
}, 240_000);

it('keeps a spool a spool, with dead letters, quarantine and destination, and what lies behind its cursor away', async () => {
  const root = scratchFolder();
  const dir = path.join(root, 'log');
  const log = writing(dir, 'spool');
  log.append(numberedEvents(0, 4));
  log.sync();
  const [folder = ''] = ownerFolders(dir);
  const { position } = log;
  writeFileSync(path.join(folder, 'cursor'), `${position?.segment} ${position?.offset}\n`);
  log.append(numberedEvents(4, 6));
  keepDeadLetter(dir, { ns: 'a.b', doc: Buffer.from('x') }, 'why');
  mkdirSync(quarantineFolder(dir), { recursive: true });
  writeFileSync(path.join(quarantineFolder(dir), 'owner-1-0.bad'), 'bad');
  const made = await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  expect(made.err).toContain('go to db; this folder holds those on their way');
  await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'new');
  const target = path.join(root, 'new');
  expect(await sorted(target)).toEqual([4, 5]);
  expect(readOwner(ownerFolders(target)[0] ?? '')?.role).toBe('spool');
  expect(readdirSync(path.join(target, 'dead-letter'))).toEqual(readdirSync(path.join(dir, 'dead-letter')));
  expect(readFileSync(path.join(quarantineFolder(target), 'owner-1-0.bad'), 'utf8')).toBe('bad');
  expect(readDestination(target)?.destination).toBe('db');

  const [letters = ''] = readdirSync(path.join(target, 'dead-letter'));
  writeFileSync(path.join(target, 'dead-letter', letters), 'of another time');
  await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'new');
  await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'new');
  const kept = readdirSync(path.join(target, 'dead-letter'));
  expect(kept).toHaveLength(2);
  expect(kept).toEqual(expect.arrayContaining([letters, expect.stringMatching(/^[\da-f]{8}-\d{8}T.+\.letters$/)]));
});

it('sets aside again what was damaged when the backup was made', async () => {
  const root = scratchFolder();
  const dir = path.join(root, 'log');
  const log = writing(dir);
  log.append(numberedEvents(0, 1));
  log.append(numberedEvents(1, 3));
  log.close();
  const file = segmentPath(ownerFolders(dir)[0] ?? '', 1);
  const bytes = readFileSync(file);
  bytes[50] = (bytes[50] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  const { out } = await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'new');
  expect(out).toMatch(/; 1 damaged range of the log/);
  expect(readdirSync(quarantineFolder(path.join(root, 'new')))).toHaveLength(1);
});

it('is a tar that tar opens', async () => {
  const root = scratchFolder();
  writing(path.join(root, 'log')).append(numberedEvents(0, 3));
  await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  const names = execFileSync('tar', ['-tzf', 'b.tar.gz'], { cwd: root, encoding: 'utf8' }).trimEnd().split('\n');
  expect(names.map((name) => path.basename(name))).toEqual(['owner', '00000001.seg', 'destination', 'manifest']);
});

it('refuses a backup that is damaged anywhere, and writes nothing', async () => {
  const root = scratchFolder();
  const log = writing(path.join(root, 'log'));
  for (const from of range(0, 20)) log.append(numberedEvents(from * 5, from * 5 + 5));
  await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  const good = readFileSync(path.join(root, 'b.tar.gz'));
  const places = range(0, 40).map((n) => Math.floor((good.length * n) / 40) + 12);
  for (const place of places.filter((one) => one < good.length)) {
    const bad = Buffer.from(good);
    bad[place] = (bad[place] ?? 0) ^ 0x10;
    writeFileSync(path.join(root, 'bad.tar.gz'), bad);
    const { code, err } = await panoptic(root, 'restore', 'bad.tar.gz', '--dir', 'new');
    // the time in the header of a gzip member means nothing, and a changed one is no damage
    if (code === EXIT.ok) expect(gunzipSync(bad)).toEqual(gunzipSync(good));
    else
      expect({ code, err }).toEqual({ code: EXIT.findings, err: expect.stringMatching(/^PAN6118: .* is damaged: /) });
  }
  for (const length of [0, 5, 100, good.length >> 1, good.length - 3]) {
    writeFileSync(path.join(root, 'cut.tar.gz'), good.subarray(0, length));
    const { code, err } = await panoptic(root, 'restore', 'cut.tar.gz', '--dir', 'cut');
    expect({ length, code, err }).toMatchObject({
      code: EXIT.findings,
      err: expect.stringContaining('Nothing was restored'),
    });
  }
  expect(readdirSync(root)).not.toContain('cut');
});

it('refuses a backup that would write elsewhere', async () => {
  const root = scratchFolder();
  const manifest = { format: 1, made: '', dir: '', events: 0, files: {} };
  const entry = (name: string, text: string): Buffer => tarEntry(name, Buffer.from(text), new Date());
  const tar = [entry('log/../../evil', 'x'), entry('manifest', JSON.stringify(manifest)), TAR_END];
  writeFileSync(path.join(root, 'b.tar.gz'), gzipSync(Buffer.concat(tar)));
  const { code, err } = await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'new');
  expect(code).toBe(EXIT.findings);
  expect(err).toContain('log/../../evil is no file of a log');
});

it('refuses a backup whose files are whole and not those of its manifest', async () => {
  const root = scratchFolder();
  const good = { bytes: 2, sha256: createHash('sha256').update('{}').digest('hex') };
  const entry = (name: string, text: string): Buffer => tarEntry(name, Buffer.from(text), new Date());
  const code = async (text: string, files: object): Promise<{ code: number; err: string }> => {
    const manifest = JSON.stringify({ format: 1, made: '', dir: '', events: 0, files });
    const tar = Buffer.concat([entry('destination', text), entry('manifest', manifest), TAR_END]);
    writeFileSync(path.join(root, 'b.tar.gz'), gzipSync(tar));
    return panoptic(root, 'restore', 'b.tar.gz', '--check');
  };
  expect(await code('{}', { destination: good })).toMatchObject({ code: EXIT.ok });
  const refused = (what: string): object => ({ code: EXIT.findings, err: expect.stringContaining(what) });
  expect(await code('[]', { destination: good })).toMatchObject(refused('destination is not what was written'));
  expect(await code('{}', { destination: good, 'log/a/1.seg': good })).toMatchObject(
    refused('log/a/1.seg is not what'),
  );
  expect(await code('{}', {})).toMatchObject(refused('destination is not in its manifest'));
});

it('is killed in the middle of a restore, and goes on: each event is there once, and nothing else is left', async () => {
  const root = scratchFolder();
  const log = writing(path.join(root, 'log'));
  for (const from of range(0, 60)) log.append(numberedEvents(from * 500, from * 500 + 500));
  await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  const script = await buildChild(`
    import { processIo } from './cli/io.ts';
    import { run } from './cli/program.ts';
    process.exitCode = await run(process.argv.slice(2), processIo());`);
  onTestFinished(() => rmSync(path.dirname(script), { recursive: true, force: true }));
  const target = path.join(root, 'new');
  for (const _ of range(0, 3)) {
    const before = sizeOf(target);
    const child = spawn(process.execPath, [script, 'restore', 'b.tar.gz', '--dir', 'new'], { cwd: root });
    const closed = once(child, 'close');
    await expect.poll(() => sizeOf(target), { timeout: 60_000, interval: 5 }).toBeGreaterThan(before);
    child.kill('SIGKILL');
    await closed;
  }
  expect((await panoptic(root, 'restore', 'b.tar.gz', '--dir', 'new')).code).toBe(EXIT.ok);
  expect(await sorted(target)).toEqual(range(0, 30_000));
  expect(readdirSync(target).filter((name) => name.startsWith('restore-'))).toEqual([]);
}, 240_000);

it('checks only, on request; overwrites nothing; says what is missing', async () => {
  const root = scratchFolder();
  writing(path.join(root, 'log')).append(numberedEvents(0, 3));
  await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  expect((await panoptic(root, 'restore', 'b.tar.gz', '--check')).out).toContain('is whole: 3 events');
  const again = await panoptic(root, 'backup', 'b.tar.gz', '--dir', 'log');
  expect(again).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('PAN6117') });
  expect(await panoptic(root, 'restore', 'nothing', '--dir', 'x')).toMatchObject({
    code: EXIT.usage,
    err: expect.stringMatching(/PAN6117: .*nothing cannot be read/),
  });
  expect(await panoptic(root, 'backup', 'c.tar.gz', '--dir', 'none')).toMatchObject({ code: EXIT.unreachable });
  expect(readdirSync(root).sort()).toEqual(['b.tar.gz', 'log']);
});
