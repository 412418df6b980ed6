import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the page works from any folder of any host.
  base: './',
  resolve: {
    // `browser` takes codegen's WebAssembly parser; our own condition takes its sources, so that the page needs no build of them.
    conditions: ['@panoptic/source', 'browser', 'module', 'development|production'],
  },
  // Vite would move the parser's script away from the .wasm beside it.
  optimizeDeps: {
    exclude: ['@yuku-parser/wasm', '@panoptic/codegen', '@panoptic/runtime'],
    // Only the worker asks for it; found that late, it would reload the page.
    include: ['@panoptic/codegen > magic-string'],
  },
  // The parser starts with a top-level await, which only modules have.
  worker: { format: 'es' },
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL would have to be allowed by the content security policy of whoever hosts the page.
    assetsInlineLimit: 0,
  },
});
