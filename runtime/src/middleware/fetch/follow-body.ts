import type { RequestScope } from '../core/request-scope.ts';

/** Told once how many bytes were read, and why no more where that was not all. */
export type BodyEnded = (bytes: number, incomplete: 'aborted' | 'failed' | undefined, error: unknown) => void;

/**
 * The same body, of which every chunk is asked for in the scope: what makes it on demand would run outside, where a
 * server reads it. Nothing is read ahead.
 */
export function followBody(
  scope: RequestScope,
  body: ReadableStream<Uint8Array>,
  ended: BodyEnded,
): ReadableStream<Uint8Array> {
  // taken when it is first needed: until then the body is as it was
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const from = (reader ??= body.getReader());
          const { done, value } = await scope.run(() => from.read());
          if (done) {
            ended(bytes, undefined, undefined);
            controller.close();
            return;
          }
          bytes += value.byteLength;
          controller.enqueue(value);
        } catch (error) {
          ended(bytes, 'failed', error);
          controller.error(error);
        }
      },
      cancel(reason) {
        ended(bytes, 'aborted', undefined);
        return scope.run(() => (reader ?? body).cancel(reason));
      },
    },
    { highWaterMark: 0 },
  );
}
