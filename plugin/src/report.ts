import type { UnpluginContext } from 'unplugin';
import type { Finding } from './rewrite.ts';

const message = (findings: readonly Finding[], text: string): Parameters<UnpluginContext['error']>[0] & object => {
  const [first] = findings;
  if (!first) throw new RangeError('nothing to report');
  // Bundlers count columns from 0.
  const loc = { file: first.id, line: first.line, column: first.column - 1 };
  // A stack into the bundler helps nobody, and one that repeats the message is printed below it.
  return { id: first.id, message: text, loc, code: first.code, stack: '' };
};

/** For esbuild, webpack and Rspack, which gather errors: one message for each finding. */
export function reportEach(
  context: UnpluginContext,
  severity: 'error' | 'warning',
  findings: readonly Finding[],
): void {
  for (const finding of findings) {
    const said = message([finding], finding.text);
    if (severity === 'error') context.error(said);
    else context.warn(said);
  }
}

/** For Rollup and its kin, where the first error ends the build: every error of the file in one message. */
export function reportTogether(
  context: UnpluginContext,
  severity: 'error' | 'warning',
  findings: readonly Finding[],
): void {
  if (severity === 'warning') reportEach(context, severity, findings);
  else context.error(message(findings, findings.map(({ text }) => text).join('\n\n')));
}
