import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { plainEnvironment } from '../../../fixtures/tools/bundle.ts';
import { scratchFolder } from '../../../fixtures/tools/log-events.ts';
import { fromRoot } from '../../../fixtures/tools/paths.ts';

const LAZY = `import { createPanoptic } from './index.ts';
  const panoptic = createPanoptic({ transport: 'none', quiet: true });
  console.log('without a logger');
  try {
    panoptic.getLogger('Stripe').charge({ amount: 1 }, 'paid');
  } catch (error) {
    console.log(error.code, error.message);
  }
  console.log(panoptic.stats().recorded);`;

/** An application in one file, with all of the runtime and whatever else it imports, in a folder where nothing is installed. */
async function application(format: 'esm' | 'cjs', contents: string): Promise<string> {
  const file = path.join(scratchFolder(), `app.${format === 'esm' ? 'mjs' : 'cjs'}`);
  await build({
    stdin: { contents, resolveDir: fromRoot('runtime', 'src'), loader: 'ts' },
    outfile: file,
    bundle: true,
    platform: 'node',
    format,
    conditions: ['@panoptic/source'],
    external: ['mongodb', 'prom-client', 'protobufjs'],
    logLevel: 'error',
    ...(format === 'esm' && {
      banner: {
        js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
      },
    }),
  });
  return file;
}

/** Installs something under the name of pino beside a file. */
function install(file: string, source: string): void {
  const folder = path.join(path.dirname(file), 'node_modules', 'pino');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'index.js'), source);
}

function run(file: string): string[] {
  const options = { cwd: path.dirname(file), env: plainEnvironment(), encoding: 'utf8' } as const;
  const { stdout, stderr } = spawnSync(process.execPath, [file], options);
  return [...stdout.split('\n'), ...stderr.split('\n')].filter(Boolean);
}

describe.each(['esm', 'cjs'] as const)('an application in one file (%s)', (format) => {
  it('needs no pino before it asks for a logger, and is told then what to install', async () => {
    expect(run(await application(format, LAZY))).toEqual([
      'without a logger',
      expect.stringMatching(/^PAN4120 PAN4120: A logger needs pino 9 or 10: npm install pino\./),
      '0',
    ]);
  });

  it('is told when its pino is too old, or broken', async () => {
    const file = await application(format, LAZY);
    install(file, "exports.version = '8.21.0';");
    expect(run(file)[1]).toContain(
      'pino 8.21.0 is too old for a logger, which needs 9 or 10: npm install pino@latest.',
    );
    install(file, "throw new Error('half an installation');");
    expect(run(file)[1]).toContain('pino does not load (half an installation): npm install pino.');
  });

  it('finds the pino that is installed beside it', async () => {
    const file = await application(format, LAZY);
    mkdirSync(path.join(path.dirname(file), 'node_modules'));
    symlinkSync(fromRoot('node_modules', 'pino'), path.join(path.dirname(file), 'node_modules', 'pino'));
    const lines = run(file);
    expect(lines).toHaveLength(3);
    expect(lines).toEqual(expect.arrayContaining(['without a logger', '1']));
    // pino writes when it can, beside what the application prints
    expect(JSON.parse(lines.find((line) => line.startsWith('{')) ?? '')).toMatchObject({
      provider: 'Stripe',
      msg: 'paid',
    });
  });

  it('needs none where it has one in its bundle', async () => {
    const own = LAZY.replace(
      'import { createPanoptic }',
      "import { pino } from 'pino';\n import { createPanoptic }",
    ).replace('quiet: true', 'quiet: true, logger: pino({}, process.stdout)');
    const lines = run(await application(format, own));
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ level: 34, provider: 'Stripe', msg: 'paid' });
    expect(lines[2]).toBe('1');
  });
});
