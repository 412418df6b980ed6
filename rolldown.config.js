import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import MagicString from 'magic-string';
import { defineConfig } from 'rolldown';
import { licenses } from './rolldown.licenses.js';

/** Everything a package declares stays an import, but for what is inlined; its own sources are bundled. */
const external = (folder, inlined) => {
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const names = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !inlined.includes(name));
  return (id) => id.startsWith('node:') || names.some((name) => id === name || id.startsWith(`${name}/`));
};

/** Sketches of durations can be written as protobuf, with a package that they do not declare; nothing of ours asks for that. */
const withoutProtobuf = {
  name: 'without-protobuf',
  load: (id) => (/[\\/]sketches-js[\\/].*[\\/]proto[\\/]compiled\.js$/.test(id) ? 'module.exports = {};' : null),
};

/**
 * CommonJS that is inlined asks for modules of Node without `require`, which an ES module would have to make at its top, with
 * an address of its own: bundlers of applications write that of the build into their output.
 */
const withoutRequire = {
  name: 'without-require',
  transform: {
    filter: { id: /[\\/]node_modules[\\/].*\.c?js$/, code: /\brequire\(/ },
    handler(code, source) {
      const text = new MagicString(code).replace(/\brequire\((['"])([\w:/]+)\1\)/g, (whole, _, name) =>
        isBuiltin(name) ? `process.getBuiltinModule('${name}')` : whole,
      );
      return text.hasChanged() ? { code: text.toString(), map: text.generateMap({ source, hires: 'boundary' }) } : null;
    },
  },
};

/** One build of one package: its entries by output name. */
const build = (
  folder,
  {
    dir = 'dist',
    format = 'esm',
    input,
    inlined = [],
    plugins = [],
    minify = false,
    sourcemap = true,
    codeSplitting,
    chunks = 'shared',
    ...options
  },
) => ({
  cwd: import.meta.dirname,
  input: Object.fromEntries(Object.entries(input).map(([name, file]) => [name, `${folder}/src/${file}`])),
  external: external(folder, inlined),
  plugins: [withoutProtobuf, ...plugins, licenses(`${Object.keys(input)[0]}.licenses.txt`)],
  logLevel: 'warn',
  output: {
    dir: `${folder}/${dir}`,
    format,
    sourcemap,
    minify,
    ...(codeSplitting === undefined ? {} : { codeSplitting }),
    entryFileNames: '[name].js',
    chunkFileNames: `${chunks}/[name].js`,
    // editors read declarations; lines stay lines, since Node shows the one that an error comes from
    comments: { legal: true, annotation: true, jsdoc: false },
    ...(format === 'cjs' ? { exports: 'named' } : {}),
  },
  ...options,
});

const runtimeEntries = {
  index: 'index.ts',
  'instrument/node': 'instrument/node.ts',
  'ingest/index': 'ingest/index.ts',
  'edge/on-node': 'edge/on-node.ts',
  'providers/index': 'providers/index.ts',
  'health/prometheus': 'health/prometheus.ts',
  'otel/index': 'otel/index.ts',
  'pino/transport': 'pino/transport.ts',
  'deliver/conformance/index': 'deliver/conformance/index.ts',
  'middleware/fastify/index': 'middleware/fastify/index.ts',
  'middleware/express/index': 'middleware/express/index.ts',
  'middleware/koa/index': 'middleware/koa/index.ts',
  'middleware/hono/index': 'middleware/hono/index.ts',
  'middleware/nestjs/index': 'middleware/nestjs/index.ts',
  'middleware/next/index': 'middleware/next/index.ts',
};

/** The runtime of browsers and edges: no Node, no bson, no worker. They share what they have in common. */
const edge = {
  input: {
    'edge/index': 'edge/index.ts',
    'edge/client': 'edge/client.ts',
    'edge/site': 'edge/site.ts',
    'edge/hono': 'middleware/hono/index.ts',
    'edge/next': 'middleware/next/index.ts',
    'instrument/index': 'instrument/index.ts',
  },
  resolve: { conditionNames: ['@panoptic/edge', 'import', 'default'] },
  platform: 'browser',
  chunks: 'edge/shared',
};

/** Every build starts by loading these: fewer files and fewer bytes are read sooner. Names stay as they are. */
const quick = {
  inlined: ['magic-string', '@panoptic/runtime'],
  resolve: { conditionNames: ['@panoptic/source', 'node', 'import', 'default'] },
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
};

/** Maps are for profiles of our own: they would more than double what an application installs, so they are not packed. */
const sourcemap = 'hidden';

export default defineConfig([
  build('runtime', {
    dir: 'dist/esm',
    platform: 'node',
    input: { ...runtimeEntries, cli: 'cli.ts' },
    plugins: [withoutRequire],
    sourcemap,
  }),
  build('runtime', { dir: 'dist/cjs', platform: 'node', format: 'cjs', input: runtimeEntries, sourcemap }),
  build('runtime', { dir: 'dist/esm', ...edge, sourcemap }),
  build('runtime', { dir: 'dist/cjs', ...edge, format: 'cjs', sourcemap }),
  // one file on its own, so that it also works where somebody copies it beside a bundle; `mongodb` stays an import
  build('runtime', {
    platform: 'node',
    input: { 'panoptic-worker': 'deliver/worker/entry.ts' },
    inlined: ['bson', 'cockatiel'],
    // what it throws reaches nobody as a line of its own
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    sourcemap,
    codeSplitting: false,
  }),
  build('codegen', {
    platform: 'node',
    input: {
      index: 'index.ts',
      'inventory/index': 'inventory/index.ts',
      'register/index': 'register/index.ts',
      'register/hooks': 'register/hooks.ts',
      'jest/index': 'jest/index.ts',
    },
    ...quick,
  }),
  build('codegen', {
    input: { 'index.browser': 'index.ts' },
    resolve: { conditionNames: ['browser', 'import', 'default'] },
    platform: 'browser',
  }),
  build('plugin', {
    platform: 'node',
    input: {
      index: 'index.ts',
      vite: 'vite.ts',
      rollup: 'rollup.ts',
      rolldown: 'rolldown.ts',
      esbuild: 'esbuild.ts',
      webpack: 'webpack.ts',
      rspack: 'rspack.ts',
      farm: 'farm.ts',
      bun: 'bun.ts',
      next: 'next.ts',
      loader: 'loader.ts',
      'commands/index': 'commands/index.ts',
    },
  }),
]);
