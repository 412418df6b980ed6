import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { fromRoot } from '../../../fixtures/tools/paths.ts';

/** An application of one file, in a folder where nothing is installed, that prints its metrics. */
async function application(format: 'esm' | 'cjs'): Promise<string> {
  const file = path.join(scratchFolder(), `app.${format === 'esm' ? 'mjs' : 'cjs'}`);
  const contents = `import { createPanopticRegistry } from './health/prometheus.ts';
    try {
      createPanopticRegistry().metrics().then((text) => console.log(text));
    } catch (error) {
      console.log(error.message);
    }`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fromRoot('runtime', 'src'), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format,
    conditions: ['@panoptic/source'],
    external: ['mongodb', 'prom-client', 'protobufjs'],
    logLevel: 'error',
    ...(format === 'esm' && {
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    }),
  });
  writeFileSync(file, outputFiles[0]?.contents ?? '');
  return file;
}

const run = (file: string, cwd: string): string =>
  execFileSync(process.execPath, [file], { cwd, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });

it.each(['esm', 'cjs'] as const)('says what to install where prom-client is missing (%s)', async (format) => {
  const file = await application(format);
  expect(run(file, path.dirname(file))).toBe(
    'PAN6560: The metrics of Panoptic need prom-client 15: npm install prom-client.\n',
  );
});

it.each(['esm', 'cjs'] as const)(
  'finds it where the application runs, also from one bundled file (%s)',
  async (format) => {
    expect(run(await application(format), fromRoot('fixtures'))).toContain(
      '# TYPE panoptic_events_recorded_total counter',
    );
  },
);
