import { defineConfig } from 'vitest/config';

// Node is given these for what stays an import. 'module' is a bundler's: it cannot load what that names. 'import' and 'default'
// hold anyway, and would also hold for what is required
const conditions = ['@panoptic/source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{runtime,codegen,plugin,playground}/src/**/*.test.{ts,tsx}', 'fixtures/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['fixtures/tools/mongodb.global.ts'],
    // by default one core is left alone, of two as well: most tests wait for processes and servers
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // a second, which is the default, is short where others want the processor, too
    expect: { poll: { timeout: 30_000 } },
  },
});
