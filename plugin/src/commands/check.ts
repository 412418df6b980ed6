import { readFileSync } from 'node:fs';
import { mayHaveBillable } from '@panoptic/codegen';
import { glob } from 'tinyglobby';
import { Packages } from '../package-of.ts';
import { type AnnotationOptions, type CommandIo, EXIT } from './io.ts';
import { countErrors, showDiagnostic, transformFile } from './source.ts';

export interface CheckOptions extends AnnotationOptions {
  /** Relative to `cwd`. Default: every source file below it. */
  readonly globs?: readonly string[];
}

const EVERY_SOURCE = '**/*.{js,jsx,mjs,cjs,ts,tsx,mts,cts,vue,svelte}';

/** What is never a source of one's own; output folders hold copies of the same comments. */
const IGNORED = ['**/node_modules/**', '**/*.d.{ts,mts,cts}'];
const OUTPUT = ['**/{dist,build,out,coverage}/**'];

/** Prints every diagnostic of the project's annotations to stdout, then one line of sums. */
export async function check(options: CheckOptions, io: CommandIo): Promise<number> {
  const globs = options.globs ?? [];
  const chosen = globs.length > 0;
  const files = await glob(chosen ? [...globs] : EVERY_SOURCE, {
    cwd: io.cwd,
    absolute: true,
    ignore: chosen ? IGNORED : [...IGNORED, ...OUTPUT],
    expandDirectories: false,
  });
  if (chosen && files.length === 0) {
    io.stderr.write(
      `PAN2202: no file matches ${globs.join(' ')} in ${io.cwd}. Quote globs, so that the shell leaves them.\n`,
    );
    return EXIT.usage;
  }
  const packages = new Packages();
  const sums = { functions: 0, files: 0, errors: 0, warnings: 0 };
  for (const file of files.sort()) {
    if (!mayHaveBillable(readFileSync(file, 'utf8'))) continue;
    const { billables, diagnostics, source } = transformFile(file, packages, options);
    for (const diagnostic of diagnostics) io.stdout.write(`${showDiagnostic(diagnostic, source, file, io.cwd)}\n`);
    const errors = countErrors(diagnostics);
    sums.functions += billables.length;
    sums.files += billables.length > 0 ? 1 : 0;
    sums.errors += errors;
    sums.warnings += diagnostics.length - errors;
  }
  const { functions, errors, warnings } = sums;
  io.stdout.write(
    `Panoptic: ${count(functions, 'function')} in ${count(sums.files, 'file')}, ${count(errors, 'error')}, ${count(warnings, 'warning')}\n`,
  );
  return errors > 0 ? EXIT.findings : EXIT.ok;
}

function count(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}
