/**
 * As much of the format `ustar` (POSIX.1-1988) as a backup needs: regular files, with names of up to 255 bytes, so that any
 * `tar` opens it.
 */
const BLOCK = 512;
const NAME = 100;

export interface TarEntry {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Header, content and padding of one file. @throws RangeError when the name does not fit */
export function tarEntry(name: string, bytes: Uint8Array, modified: Date): Buffer {
  const header = Buffer.alloc(BLOCK);
  const { prefix, rest } = split(name);
  const octal = (value: number, at: number, digits: number): void =>
    void header.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  header.write(rest, 0, 'utf8');
  octal(0o640, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(bytes.length, 124, 11);
  octal(Math.floor(modified.getTime() / 1000), 136, 11);
  header.write('        0', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(prefix, 345, 'utf8');
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, bytes, Buffer.alloc(padding(bytes.length))]);
}

/** What stands behind the last file. */
export const TAR_END: Buffer = Buffer.alloc(2 * BLOCK);

/** Reads files one after the other, each whole in memory. @throws Error with the place where it is no tar */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let current: { name: string; size: number } | undefined;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    for (;;) {
      const size: number = current === undefined ? BLOCK : current.size + padding(current.size);
      if (rest.length < size) break;
      const block = rest.subarray(0, size);
      rest = rest.subarray(size);
      if (current !== undefined) {
        yield { name: current.name, bytes: block.subarray(0, current.size) };
        current = undefined;
      } else if (block.some((byte) => byte !== 0)) {
        current = parseHeader(block, offset);
      }
      offset += size;
    }
  }
  if (current !== undefined) throw new Error(`it ends within ${current.name}`);
  if (rest.length > 0) throw new Error(`it ends within a header at ${offset}`);
}

function parseHeader(header: Buffer, offset: number): { name: string; size: number } {
  const text = (from: number, length: number): string =>
    header.toString('utf8', from, from + length).split('\0', 1)[0] ?? '';
  const blank = Buffer.from(header);
  blank.fill(' ', 148, 156);
  if (Number.parseInt(text(148, 8), 8) !== checksum(blank)) throw new Error(`the header at ${offset} is damaged`);
  const prefix = text(345, 155);
  const name = text(0, NAME);
  return { name: prefix === '' ? name : `${prefix}/${name}`, size: Number.parseInt(text(124, 12), 8) };
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;
const checksum = (header: Buffer): number => header.reduce((sum, byte) => sum + byte, 0);

function split(name: string): { prefix: string; rest: string } {
  if (Buffer.byteLength(name) <= NAME) return { prefix: '', rest: name };
  const slash = name.lastIndexOf('/');
  const [prefix, rest] = [name.slice(0, slash), name.slice(slash + 1)];
  if (slash > 0 && Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(rest) <= NAME) return { prefix, rest };
  throw new RangeError(`the name ${name} is too long for tar`);
}
