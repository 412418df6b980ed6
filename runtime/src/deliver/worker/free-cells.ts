import { runtimeState } from '../../instrument/state.ts';

/** Kept for batches to come, bytes. More is in use only in a burst. */
const MAX_FREE_BYTES = 2 ** 21;

const MIN_BYTES = 2 ** 14;

/** Memory of batches that are done. Shared by all copies of the runtime of this version. */
function freeCells(): SharedArrayBuffer[] {
  const { extensions } = runtimeState();
  return (extensions.freeCells ??= []) as SharedArrayBuffer[];
}

/** At least so many bytes that threads share, in sizes that a later batch can use, for the reason `allocateRows` gives. */
export function allocateCells(bytes: number): SharedArrayBuffer {
  const size = Math.max(MIN_BYTES, 2 ** Math.ceil(Math.log2(bytes)));
  const free = freeCells();
  const index = free.findLastIndex(({ byteLength }) => byteLength === size);
  return free.splice(index, index === -1 ? 0 : 1)[0] ?? new SharedArrayBuffer(size);
}

/** Nobody may read it any more. */
export function releaseCells(memory: SharedArrayBuffer): void {
  const free = freeCells();
  let bytes = memory.byteLength;
  for (const { byteLength } of free) bytes += byteLength;
  if (bytes <= MAX_FREE_BYTES) free.push(memory);
}
