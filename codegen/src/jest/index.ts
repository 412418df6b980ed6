import { createTransformer } from './transformer.ts';

export type { JestOptions, TransformedSource, Transformer, TransformOptions } from './jest.types.ts';

/**
 * A transformer of Jest that rewrites annotated files before the compiler that is there already.
 *
 * @example
 * ```ts
 * // jest.config.mjs
 * export default {
 *   transform: { '\\.[cm]?[jt]sx?$': ['@panoptic/codegen/jest', { transformer: '@swc/jest' }] },
 * };
 * ```
 */
const transformer: { createTransformer: typeof createTransformer } = { createTransformer };
export default transformer;
