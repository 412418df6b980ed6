/** What is awaited of an application or of a client, for as long as the answer to a request may take. */
export async function inTime<T>(over: AbortSignal, work: T | Promise<T>, late: () => unknown): Promise<T> {
  let giveUp: (() => void) | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    giveUp = () => reject(late());
    if (over.aborted) giveUp();
    else over.addEventListener('abort', giveUp);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    if (giveUp !== undefined) over.removeEventListener('abort', giveUp);
  }
}
