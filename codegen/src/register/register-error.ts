import { type Finding, toDiagnostic } from '../diagnostics/finding.ts';
import { formatDiagnostic } from '../diagnostics/format.ts';
import { lineTable } from '../diagnostics/lines.ts';
import { TAG } from '../filter.ts';
import type { Diagnostic } from '../types.ts';

/** What stops an application at start, because annotated functions would run unbilled. The text is for a person. */
export class PanopticRegisterError extends Error {
  /** Code of the first finding, e.g. `PAN1101`. */
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.name = 'PanopticRegisterError';
    this.code = code;
    // A stack into the hook would only hide what the user has to do.
    this.stack = `${this.name}: ${text}`;
  }
}

/** Every finding of one file as one error. */
export const findingsError = (
  findings: readonly [Diagnostic, ...Diagnostic[]],
  source: string,
): PanopticRegisterError =>
  new PanopticRegisterError(findings[0].code, findings.map((one) => formatDiagnostic(one, source)).join('\n\n'));

/** An error about a whole file, shown at its first annotation. */
export function fileError(
  finding: Omit<Finding, 'start' | 'end'>,
  source: string,
  file: string,
): PanopticRegisterError {
  const start = source.indexOf(TAG);
  const place = { ...finding, start, end: start + TAG.length };
  return findingsError([toDiagnostic(place, file, lineTable(source), false)], source);
}
