import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { readTar, TAR_END, type TarEntry, tarEntry } from './tar.ts';

const FILES = [
  { name: 'empty', bytes: Buffer.alloc(0) },
  { name: `${'folder/'.repeat(14)}${'n'.repeat(80)}`, bytes: Buffer.from('Größe') },
  { name: 'block', bytes: Buffer.alloc(512, 7) },
  { name: 'more', bytes: Buffer.alloc(1025, 9) },
];
const ARCHIVE = Buffer.concat([...FILES.map(({ name, bytes }) => tarEntry(name, bytes, new Date(0))), TAR_END]);

async function read(archive: Buffer, chunk = 700): Promise<TarEntry[]> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < archive.length; at += chunk) yield archive.subarray(at, at + chunk);
  }
  const entries: TarEntry[] = [];
  for await (const entry of readTar(chunks())) entries.push(entry);
  return entries;
}

it.each([1, 511, 513, 100_000])('reads what it wrote, in chunks of %d bytes', async (chunk) => {
  expect(await read(ARCHIVE, chunk)).toEqual(FILES);
});

it('writes what the tar of the system reads', () => {
  const folder = scratchFolder();
  writeFileSync(path.join(folder, 'a.tar'), ARCHIVE);
  const listed = execFileSync('tar', ['-tf', 'a.tar'], { cwd: folder, encoding: 'utf8' });
  expect(listed.trimEnd().split('\n')).toEqual(FILES.map(({ name }) => name));
  const content = execFileSync('tar', ['-xOf', 'a.tar', FILES[3]?.name ?? ''], { cwd: folder });
  expect(content).toEqual(FILES[3]?.bytes);
});

it('says where it is damaged or ends', async () => {
  const flipped = Buffer.from(ARCHIVE);
  flipped[512 + 3] = 0xff;
  await expect(read(flipped)).rejects.toThrow('the header at 512 is damaged');
  await expect(read(ARCHIVE.subarray(0, 512 * 2 + 3))).rejects.toThrow('it ends within folder/');
  expect(() => tarEntry('x'.repeat(300), Buffer.alloc(0), new Date())).toThrow(RangeError);
});
