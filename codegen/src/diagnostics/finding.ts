import type { Diagnostic } from '../types.ts';
import type { LineTable } from './lines.ts';
import { DIAGNOSTICS, type DiagnosticCode } from './table.ts';

/** A finding as the stages know it: offsets only. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly message: string;
  /** UTF-16 offsets in the source. */
  readonly start: number;
  readonly end: number;
  /** Better advice than the table has. */
  readonly fix?: string;
}

/** The page that ships with the package. */
const docsOf = (code: DiagnosticCode): string => `@panoptic/codegen/README.md#${code.toLowerCase()}`;

/** Adds everything a reader wants to know to a finding. */
export function toDiagnostic(finding: Finding, file: string, lines: LineTable, strict: boolean): Diagnostic {
  const entry = DIAGNOSTICS[finding.code];
  const { line, column } = lines.position(finding.start);
  return {
    code: finding.code,
    severity: strict ? 'error' : entry.severity,
    message: finding.message,
    why: entry.why,
    fix: finding.fix ?? entry.fix,
    docs: docsOf(finding.code),
    file,
    line,
    column,
    start: finding.start,
    end: finding.end,
  };
}
