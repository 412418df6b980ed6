import type { Diagnostic } from '../types.ts';

/** The lines around a range, numbered, with the range underlined. `start` and `end` are UTF-16 offsets. */
export function codeFrame(source: string, start: number, end: number): string {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  let offset = 0;
  let index = 0;
  for (const line of lines) {
    const next = offset + line.length + (source.startsWith('\r\n', offset + line.length) ? 2 : 1);
    if (start < next || index === lines.length - 1) break;
    offset = next;
    index++;
  }
  const first = Math.max(0, index - 2);
  const last = Math.min(lines.length - 1, index + 1);
  const width = String(last + 1).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = lines[number] ?? '';
    const marker = number === index ? '>' : ' ';
    frame.push(`${marker} ${String(number + 1).padStart(width)} | ${text}`.trimEnd());
    if (number !== index) continue;
    const column = start - offset;
    // Tabs are kept so that the underline stands below what it means at any tab width.
    const indent = text.slice(0, column).replaceAll(/[^\t]/g, ' ');
    const length = Math.max(1, Math.min(end, offset + text.length) - start);
    frame.push(`  ${' '.repeat(width)} | ${indent}${'^'.repeat(length)}`);
  }
  return frame.join('\n');
}

/** A finding for a person: code, place, what happened, the code, why it matters, what to do. No colours. */
export function formatDiagnostic(diagnostic: Diagnostic, source: string): string {
  const { severity, code, message, file, line, column, start, end, why, fix, docs } = diagnostic;
  const parts = [
    `${severity} ${code}: ${message}`,
    `  at ${file}:${line}:${column}`,
    '',
    codeFrame(source, start, end),
    '',
  ];
  if (why !== undefined) parts.push(`  why: ${why}`);
  if (fix !== undefined) parts.push(`  fix: ${fix}`);
  if (docs !== undefined) parts.push(`  docs: ${docs}`);
  return parts.join('\n');
}
