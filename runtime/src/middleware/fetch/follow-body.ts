import type { RequestScope } from '../core/request-scope.ts';

/** Is told what becomes of a body. */
export interface BodyWatcher {
  /** So many bytes more were read. */
  read(bytes: number): void;
  /** No more are read; and why, where that was not all. */
  ended(incomplete?: 'aborted' | 'failed', error?: unknown): void;
}

/**
 * The same body, of which every chunk is asked for in the scope: what makes it on demand would run outside, where a
 * server reads it. Nothing is read ahead.
 */
export function followBody(
  scope: RequestScope,
  body: ReadableStream<Uint8Array>,
  watcher?: BodyWatcher,
): ReadableStream<Uint8Array> {
  // taken when it is first needed: until then the body is as it was
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const from = (reader ??= body.getReader());
          const { done, value } = await scope.run(() => from.read());
          if (done) {
            watcher?.ended();
            controller.close();
            return;
          }
          watcher?.read(value.byteLength);
          controller.enqueue(value);
        } catch (error) {
          watcher?.ended('failed', error);
          controller.error(error);
        }
      },
      cancel(reason) {
        watcher?.ended('aborted');
        return scope.run(() => (reader ?? body).cancel(reason));
      },
    },
    { highWaterMark: 0 },
  );
}
