import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';

type Target = fs.PathOrFileDescriptor | fs.promises.FileHandle;
type Options = BufferEncoding | { encoding?: BufferEncoding | null } | null;

/** The text that is read in place of a file; undefined for files that are read as they are. */
export type TextOf = (file: string) => string | undefined;

function instead(target: Target, options: Options | undefined, textOf: TextOf): string | Buffer | undefined {
  const isUrl = target instanceof URL && target.protocol === 'file:';
  const file = isUrl ? fileURLToPath(target) : target;
  const text = typeof file === 'string' ? textOf(file) : undefined;
  const encoding = typeof options === 'string' ? options : options?.encoding;
  return text === undefined || encoding ? text : Buffer.from(text);
}

/**
 * Gives compilers that read files by themselves another text, until the returned function is called. To be used within one
 * synchronous load, or in the thread of the hooks: the application reads its files as they are.
 */
export function readInstead(textOf: TextOf): () => void {
  const { readFileSync } = fs;
  const { readFile } = fs.promises;
  fs.readFileSync = ((target: fs.PathOrFileDescriptor, options?: BufferEncoding) =>
    instead(target, options, textOf) ?? readFileSync(target, options)) as typeof fs.readFileSync;
  fs.promises.readFile = (async (target: fs.PathLike, options?: BufferEncoding) =>
    instead(target, options, textOf) ?? readFile(target, options)) as typeof readFile;
  syncBuiltinESMExports();
  let active = true;
  return () => {
    // Once: what the application itself puts there later stays.
    if (!active) return;
    active = false;
    fs.readFileSync = readFileSync;
    fs.promises.readFile = readFile;
    syncBuiltinESMExports();
  };
}
