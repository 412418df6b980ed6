import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** What a client pays, minified and compressed; the first is what the plugin's `client: 'record'` brings along. */
const BUDGETS: Readonly<Record<string, number>> = {
  "export { site } from './site.ts';": 13_824,
  "export { site } from './site.ts'; export { createPanoptic, flush, setExecutionMetadata } from './client.ts';": 16_384,
  "export { site } from './site.ts'; export { createPanoptic, flush, setExecutionMetadata } from './index.ts';": 22_528,
};

function bundle(contents: string, format: 'esm' | 'iife' = 'esm') {
  const { outputFiles, metafile } = buildSync({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    minify: format === 'esm',
    write: false,
    metafile: true,
    platform: 'browser',
    conditions: ['@panoptic/edge'],
    format,
    globalName: 'panoptic',
  });
  return { bytes: outputFiles[0]?.contents ?? new Uint8Array(), metafile };
}

describe.each(Object.entries(BUDGETS))('%s', (contents, budget) => {
  it(`bundles into at most ${budget} bytes, and without any module of Node or of others`, () => {
    const { bytes, metafile } = bundle(contents);
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((file) => file.includes('node_modules'))).toEqual([]);
    expect(gzipSync(bytes, { level: 9 }).length).toBeLessThanOrEqual(budget);
  });
});

it('records and sends where there is nothing but the language and the web', async () => {
  const contents = "export { site } from './site.ts'; export * from './index.ts';";
  const bodies: string[] = [];
  const context = createContext({
    // no process, no Buffer, no setImmediate, no require
    ...{ performance, setTimeout, clearTimeout, queueMicrotask, URL, TextEncoder, AbortController, crypto },
    fetch: async (_url: string, { body }: { body: string }) => {
      bodies.push(body);
      return new Response(JSON.stringify({ accepted: 1 }), { status: 202 });
    },
  });
  const code = new TextDecoder().decode(bundle(contents, 'iife').bytes);
  const run = `${code};
    const instance = panoptic.createPanoptic({ endpoint: 'https://ingest.example/' });
    const handle = panoptic.site(1, { id: 'x', name: 'work', provider: 'System', category: 'SYSTEM', async: false });
    panoptic.withExecutionMetadata({ tenant_id: 'acme' }, () => handle.begin().end());
    instance.flush()`;
  await runInContext(run, context);
  expect(bodies.map((body) => JSON.parse(body))).toMatchObject([
    { events: [{ resource: 'work', metadata: { tenant_id: 'acme', untrusted: true } }] },
  ]);
});

it("wraps functions where no build has been, with providers of one's own", async () => {
  const context = createContext({ performance, setTimeout, clearTimeout, queueMicrotask, URL, TextEncoder, crypto });
  const code = new TextDecoder().decode(bundle("export * from './index.ts';", 'iife').bytes);
  const run = `${code};
    const instance = panoptic.createPanoptic({ transport: 'memory', providers: { Acme: 'API' } });
    const double = instance.wrap((n) => n * 2, { provider: 'Acme', resource: 'double', quantity: (n) => n });
    double(4);
    let refused;
    try { instance.getLogger('Acme'); } catch (error) { refused = error.code; }
    JSON.stringify([panoptic.memoryEvents(), refused])`;
  const [[event], refused] = JSON.parse(runInContext(run, context));
  expect(event).toMatchObject({ provider: 'Acme', category: 'API', resource: 'double' });
  expect(refused).toBe('PAN4150');
});
