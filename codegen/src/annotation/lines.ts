/** Content of one line of a JSDoc comment, without its decoration and the space around it; UTF-16 offsets. */
export interface CommentLine {
  readonly start: number;
  readonly end: number;
}

export const isSpace = (char: string | undefined): boolean =>
  char === ' ' || char === '\t' || char === '\v' || char === '\f' || char === '\u00a0' || char === '\ufeff';

const isLineEnd = (char: string | undefined): boolean =>
  char === '\n' || char === '\r' || char === '\u2028' || char === '\u2029';

/**
 * The lines of a comment whose text lies between `start` and `end` (delimiters left out).
 * White space and one run of `*` at the start of a line are decoration.
 */
export function commentLines(source: string, start: number, end: number): CommentLine[] {
  const lines: CommentLine[] = [];
  let position = start;
  while (position <= end) {
    let lineEnd = position;
    while (lineEnd < end && !isLineEnd(source[lineEnd])) lineEnd++;
    lines.push(content(source, position, lineEnd, lines.length === 0));
    position = lineEnd + (source[lineEnd] === '\r' && source[lineEnd + 1] === '\n' ? 2 : 1);
  }
  return lines;
}

function content(source: string, lineStart: number, lineEnd: number, first: boolean): CommentLine {
  let start = lineStart;
  let end = lineEnd;
  const skipSpace = (): void => {
    while (start < end && isSpace(source[start])) start++;
  };
  skipSpace();
  if (!first) {
    while (start < end && source[start] === '*') start++;
    skipSpace();
  }
  while (end > start && isSpace(source[end - 1])) end--;
  return { start, end };
}
