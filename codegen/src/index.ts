export type { Billable, Diagnostic, Stages, TransformOptions, TransformResult } from './types.ts';
