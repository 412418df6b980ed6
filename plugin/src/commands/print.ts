import path from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { PanopticBuildError } from '../build-error.ts';
import { Packages } from '../package-of.ts';
import { type AnnotationOptions, type CommandIo, EXIT } from './io.ts';
import { paintDiff } from './paint-diff.ts';
import { countErrors, showDiagnostic, transformFile } from './source.ts';

export interface PrintOptions extends AnnotationOptions {
  /** Absolute, or relative to `cwd`. */
  readonly file: string;
  /** Print the whole generated file. Default false: the difference. */
  readonly code?: boolean;
  /** What the plugin's option `trace` says. Default false. */
  readonly trace?: boolean;
}

/** Shows what the build makes of one file. Findings go to stderr, so that stdout can be applied as a patch or saved. */
export async function print(options: PrintOptions, io: CommandIo): Promise<number> {
  const file = path.resolve(io.cwd, options.file);
  let result: ReturnType<typeof transformFile>;
  try {
    result = transformFile(file, new Packages(), options);
  } catch (error) {
    if (error instanceof PanopticBuildError) throw error;
    io.stderr.write(`PAN2201: ${file} cannot be read: ${(error as Error).message}\n`);
    return EXIT.usage;
  }
  const { source, code, diagnostics, billables, sites } = result;
  for (const diagnostic of diagnostics) io.stderr.write(`${showDiagnostic(diagnostic, source, file, io.cwd)}\n`);
  if (options.code) io.stdout.write(code);
  else if (code !== source) io.stdout.write(paintDiff(patch(options.file, source, code), io.color));
  // Not a part of the file, which stdout must stay.
  if (sites) io.stderr.write(`\nAt the end of the module that is compiled of it:\n\n${sites.code}`);
  if (billables.length === 0) io.stderr.write(`No function of ${options.file} will be billed; it stays as it is.\n`);
  return countErrors(diagnostics) > 0 ? EXIT.findings : EXIT.ok;
}

function patch(file: string, source: string, code: string): string {
  const name = file.split(path.sep).join('/');
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, source, code, undefined, undefined, options);
}
