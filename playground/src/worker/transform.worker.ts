import type { Answer, Job } from './protocol.ts';

// Loaded by promise, because a message that arrives while a static import still awaits its .wasm finds no listener and is lost.
const codegen = import('@panoptic/codegen');
// The failure is reported by the answer to the first job; without this line it would be an unhandled rejection before that.
codegen.catch(() => {});

async function answer({ id, file, source }: Job): Promise<Answer> {
  try {
    const { transform } = await codegen;
    const start = performance.now();
    const { code, billables, diagnostics, stages } = transform(source, file, { sourcemap: false, stages: true });
    const ms = performance.now() - start;
    return {
      id,
      type: 'done',
      rewrite: {
        file,
        source,
        code,
        billables,
        diagnostics,
        annotations: stages?.annotations ?? [],
        edits: stages?.edits ?? [],
        ms,
      },
    };
  } catch (error) {
    return { id, type: 'crashed', reason: error instanceof Error ? error.message : String(error) };
  }
}

self.addEventListener('message', async (event: MessageEvent<Job>) => {
  self.postMessage(await answer(event.data));
});
