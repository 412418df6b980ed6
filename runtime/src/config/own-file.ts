import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of the file that this code is in, the package's or a bundle's; undefined where there is none. From a stack, since
 * nothing else survives every bundler: `import.meta.url` is empty in CommonJS output, and webpack writes a path of the
 * machine that builds in its place.
 */
export function ownFile(): string | undefined {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_, calls) => calls[0]?.getFileName();
    const name: unknown = new Error().stack;
    if (typeof name !== 'string') return undefined;
    return name.startsWith('file:') ? fileURLToPath(name) : path.isAbsolute(name) ? name : undefined;
  } catch {
    // somebody froze the intrinsics
    return undefined;
  } finally {
    restore(prepareStackTrace);
  }
}

function restore(prepareStackTrace: typeof Error.prepareStackTrace): void {
  try {
    Error.prepareStackTrace = prepareStackTrace;
  } catch {
    // it was never changed
  }
}
