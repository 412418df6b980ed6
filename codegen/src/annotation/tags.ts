import { suggest } from '@panoptic/runtime/providers';
import { type CommentLine, commentLines } from './lines.ts';

/** A tag at the start of a line of a comment. */
export interface Tag {
  /** Offset of `@`. */
  readonly start: number;
  /** Offset behind the name. */
  readonly end: number;
  /** Index of its line in `lines`. */
  readonly line: number;
}

export interface Tags {
  readonly lines: readonly CommentLine[];
  readonly billable: readonly Tag[];
  /** Tags that look like a misspelt `@billable`. */
  readonly misspelt: readonly Tag[];
}

const NAME = 'billable';

const isNameChar = (char: string | undefined): boolean =>
  char !== undefined &&
  ((char >= 'a' && char <= 'z') ||
    (char >= 'A' && char <= 'Z') ||
    (char >= '0' && char <= '9') ||
    char === '_' ||
    char === '-');

/**
 * Tags of a comment whose text lies between `start` and `end`. Only the start of a line counts, as in JSDoc:
 * an address, an inline link or a mention in prose is no tag, and neither is anything inside a code fence.
 */
export function findTags(source: string, start: number, end: number): Tags {
  const lines = commentLines(source, start, end);
  const billable: Tag[] = [];
  const misspelt: Tag[] = [];
  let fence: string | undefined;
  lines.forEach((line, index) => {
    const mark = fenceMark(source, line);
    if (mark !== undefined && (fence === undefined || fence === mark)) {
      fence = fence === undefined ? mark : undefined;
      return;
    }
    if (fence !== undefined || source[line.start] !== '@') return;
    let nameEnd = line.start + 1;
    while (nameEnd < line.end && isNameChar(source[nameEnd])) nameEnd++;
    const name = source.slice(line.start + 1, nameEnd);
    const tag = { start: line.start, end: nameEnd, line: index };
    if (name === NAME) billable.push(tag);
    // Words such as `callable` are two edits away and mean something else.
    else if ((name[0] === 'b' || name[0] === 'B') && suggest(name, [NAME]) !== undefined) misspelt.push(tag);
  });
  return { lines, billable, misspelt };
}

function fenceMark(source: string, line: CommentLine): string | undefined {
  if (source.startsWith('```', line.start)) return '```';
  return source.startsWith('~~~', line.start) ? '~~~' : undefined;
}
