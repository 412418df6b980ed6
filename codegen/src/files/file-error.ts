import { type Finding, toDiagnostic } from '../diagnostics/finding.ts';
import { formatDiagnostic } from '../diagnostics/format.ts';
import { lineTable } from '../diagnostics/lines.ts';
import { TAG } from '../filter.ts';
import type { Diagnostic } from '../types.ts';

/** What stops an application or a test at start, because annotated functions would run unbilled. The text is for a person. */
export class PanopticFileError extends Error {
  /** Code of the first finding, e.g. `PAN1101`. */
  readonly code: string;

  constructor(code: string, text: string) {
    // A stack into the hook would only hide what the user has to do; Bun shows the code at its top.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(text);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'PanopticFileError';
    this.code = code;
    this.stack = `${this.name}: ${text}`;
  }
}

/** Every finding of one file as one error. */
export const findingsError = (findings: readonly [Diagnostic, ...Diagnostic[]], source: string): PanopticFileError =>
  new PanopticFileError(findings[0].code, findings.map((one) => formatDiagnostic(one, source)).join('\n\n'));

/** An error about a whole file, shown at its first annotation unless a place is given. */
export function fileError(
  finding: Omit<Finding, 'start' | 'end'> & Partial<Pick<Finding, 'start' | 'end'>>,
  source: string,
  file: string,
): PanopticFileError {
  const start = Math.max(0, source.indexOf(TAG));
  const place = { start, end: start + TAG.length, ...finding };
  return findingsError([toDiagnostic(place, file, lineTable(source), false)], source);
}
