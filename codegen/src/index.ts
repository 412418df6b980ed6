export { type OwnProviders, ownProviderProblems, suggest } from '@panoptic/runtime/providers';
export { ABI } from './abi.ts';
export { codeFrame, formatDiagnostic } from './diagnostics/format.ts';
export { DIAGNOSTICS, type DiagnosticCode, type DiagnosticEntry } from './diagnostics/table.ts';
export { mayHaveBillable } from './filter.ts';
export { parseCount } from './syntax/parse.ts';
export { transform } from './transform.ts';
export type { Billable, ComponentSites, Diagnostic, Stages, TransformOptions, TransformResult } from './types.ts';
