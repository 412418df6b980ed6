import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Diagnostic, formatDiagnostic, type TransformResult, transform } from '@panoptic/codegen';
import type { Packages } from '../package-of.ts';
import type { AnnotationOptions } from './io.ts';

export interface Transformed extends TransformResult {
  /** As it was read. */
  readonly source: string;
}

/** Rewrites a file as the build does. Throws the system's error when it cannot be read. */
export function transformFile(
  file: string,
  packages: Packages,
  options: AnnotationOptions & { readonly trace?: boolean },
): Transformed {
  const source = readFileSync(file, 'utf8');
  const { strict = false, providers = {}, trace = false } = options;
  return {
    source,
    ...transform(source, file, { ...packages.place(file), strict, providers, trace, sourcemap: false }),
  };
}

/** A diagnostic for a person, with the path as seen from `cwd`: two packages of a project may have the same file name. */
export function showDiagnostic(diagnostic: Diagnostic, source: string, file: string, cwd: string): string {
  const shown = path.relative(cwd, file).split(path.sep).join('/');
  return `${formatDiagnostic({ ...diagnostic, file: shown }, source).trimEnd()}\n`;
}

export function countErrors(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}
