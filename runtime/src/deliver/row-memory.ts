import { runtimeState } from '../instrument/state.ts';

/** Buffers kept for batches to come: more are in use only in a burst. */
const MAX_FREE = 8;

/** Memory of batches that are done. Shared by all copies of the runtime. */
function freeRows(): SharedArrayBuffer[] {
  const { extensions } = runtimeState();
  return (extensions.freeRows ??= []) as SharedArrayBuffer[];
}

/**
 * `RuntimeState.allocate`: memory that threads share. It is used again, because the collectors of two threads have to
 * agree before shared memory goes, and neither is told how much it is.
 */
export function allocateRows(bytes: number): SharedArrayBuffer {
  const rows = freeRows().pop();
  return rows?.byteLength === bytes ? rows : new SharedArrayBuffer(bytes);
}

/** Gives the memory of a batch back; nobody may read its columns any more. */
export function releaseRows(rows: ArrayBufferLike): void {
  const free = freeRows();
  if (rows instanceof SharedArrayBuffer && free.length < MAX_FREE) free.push(rows);
}
