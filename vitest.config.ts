import { defineConfig } from 'vitest/config';

const conditions = ['@panoptic/source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{runtime,codegen,plugin,playground}/src/**/*.test.{ts,tsx}', 'fixtures/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['fixtures/tools/mongodb.global.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
