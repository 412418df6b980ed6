import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { createGunzip, gzipSync } from 'node:zlib';
import { syncFolder } from '../log/durable.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { writeAll } from './output.ts';
import { readTar, TAR_END, type TarEntry, tarEntry } from './tar.ts';

/**
 * A backup is a compressed tar: the files of the log under their own names, and as the last one `manifest`, which holds what
 * they must be. Each file is a gzip member of its own, so that damage stays where it is and is named.
 */
const MANIFEST = 'manifest';

/** A file from elsewhere must not be able to write anywhere else. */
const NAMES = /^(?:destination|(?:quarantine|dead-letter|log\/[\w~-]+)\/[\w~.-]+)$/;

export interface Manifest {
  readonly format: 1;
  /** ISO date. */
  readonly made: string;
  /** Folder that was backed up. */
  readonly dir: string;
  readonly events: number;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** Writes a backup beside its place and moves it there when it is whole and on disk. */
export class BackupWriter {
  readonly #file: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  readonly #now: Date = new Date();
  readonly #files: Record<string, { bytes: number; sha256: string }> = {};

  /** @throws CommandError `PAN6117` when the file is there already or cannot be made */
  constructor(file: string) {
    this.#file = file;
    this.#temporary = `${file}.part`;
    if (statSync(file, { throwIfNoEntry: false }))
      throw refuse(`${file} is there already; a backup overwrites nothing.`);
    try {
      this.#descriptor = openSync(this.#temporary, 'w', 0o600);
    } catch (error) {
      throw refuse(`The backup cannot be written: ${(error as Error).message}.`);
    }
  }

  /** @throws the system's error */
  add(name: string, bytes: Uint8Array): void {
    this.#files[name] = { bytes: bytes.length, sha256: sha256(bytes) };
    writeAll(this.#descriptor, gzipSync(tarEntry(name, bytes, this.#now)));
  }

  /** @throws the system's error */
  finish(facts: Pick<Manifest, 'dir' | 'events'>): void {
    const manifest: Manifest = { format: 1, made: this.#now.toISOString(), ...facts, files: this.#files };
    const entry = tarEntry(MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), this.#now);
    writeAll(this.#descriptor, gzipSync(Buffer.concat([entry, TAR_END])));
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
    renameSync(this.#temporary, this.#file);
    syncFolder(path.dirname(this.#file));
  }

  /** Leaves nothing behind. */
  abandon(): void {
    closeSync(this.#descriptor);
    rmSync(this.#temporary, { force: true });
  }
}

/**
 * Reads a whole backup and compares every byte with its manifest.
 * @throws CommandError `PAN6118` with the place of the first damage
 */
export async function verifyBackup(file: string): Promise<Manifest> {
  const found = new Map<string, string>();
  let manifest: Manifest | undefined;
  for await (const { name, bytes } of readBackup(file, () => [...found.keys()].at(-1))) {
    if (name === MANIFEST) manifest = parseManifest(bytes);
    else found.set(name, sha256(bytes));
  }
  if (manifest === undefined) throw damaged(file, 'it has no end: the manifest is missing');
  if (manifest.format !== 1) throw damaged(file, `it has format ${manifest.format}, which a later version has written`);
  const strange = [...found.keys()].find((name) => !NAMES.test(name));
  if (strange !== undefined) throw damaged(file, `${strange} is no file of a log`);
  for (const [name, expected] of Object.entries(manifest.files)) {
    if (found.get(name) !== expected.sha256) throw damaged(file, `${name} is not what was written`);
  }
  const foreign = [...found.keys()].find((name) => !Object.hasOwn(manifest.files, name));
  if (foreign !== undefined) throw damaged(file, `${foreign} is not in its manifest`);
  return manifest;
}

/** The files of a backup that has been verified. */
export async function* backedUpFiles(file: string): AsyncGenerator<TarEntry> {
  for await (const entry of readBackup(file, () => undefined)) if (entry.name !== MANIFEST) yield entry;
}

async function* readBackup(file: string, last: () => string | undefined): AsyncGenerator<TarEntry> {
  const bytes = createReadStream(file);
  const plain = createGunzip();
  bytes.on('error', (error) => plain.destroy(error));
  try {
    yield* readTar(bytes.pipe(plain));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES')
      throw refuse(`${file} cannot be read: ${message}.`);
    const behind = last();
    const place = behind === undefined ? 'at its beginning' : `behind ${behind}`;
    throw damaged(file, `${place}, before byte ${bytes.bytesRead}: ${message}`);
  } finally {
    bytes.destroy();
  }
}

function parseManifest(bytes: Buffer): Manifest | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const refuse = (message: string): CommandError => new CommandError(EXIT.usage, 'PAN6117', 'file', message);
const damaged = (file: string, what: string): CommandError =>
  new CommandError(EXIT.findings, 'PAN6118', 'file', `${file} is damaged: ${what}. Nothing was restored.`);
