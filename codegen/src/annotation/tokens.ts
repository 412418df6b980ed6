import type { Finding } from '../diagnostics/finding.ts';
import { type Item, readItem } from './items.ts';
import { isSpace } from './lines.ts';
import type { Tag, Tags } from './tags.ts';

/** One `key=value` as written. Offsets are UTF-16, in the source. */
export interface Entry {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Several items are a comma list. Never empty. */
  readonly items: readonly Item[];
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface Tokens {
  readonly entries: readonly Entry[];
  /** Offset behind the last entry. */
  readonly end: number;
}

/**
 * Reads the entries of a tag. They end at a blank line, at the next tag, at a code fence,
 * at the end of the comment or at a word without `=`, whichever comes first.
 */
export function readEntries(source: string, tags: Tags, tag: Tag, report: (finding: Finding) => void): Tokens {
  const entries: Entry[] = [];
  let end = tag.end;
  for (let index = tag.line; index < tags.lines.length; index++) {
    const line = tags.lines[index];
    if (line === undefined) break;
    let position = index === tag.line ? tag.end : line.start;
    if (index > tag.line && endsTag(source, line.start, line.end)) break;
    while (true) {
      while (position < line.end && isSpace(source[position])) position++;
      if (position >= line.end) break;
      const keyStart = position;
      while (position < line.end && source[position] !== '=' && !isSpace(source[position])) position++;
      if (source[position] !== '=' || position >= line.end) {
        reportSpacedEquals(source, keyStart, position, line.end, report);
        return { entries, end };
      }
      const key = source.slice(keyStart, position);
      const keyEnd = position++;
      const valueStart = position;
      const { items, end: valueEnd } = readValue(source, key, keyStart, position, line.end, report);
      position = valueEnd;
      end = valueEnd;
      if (items.length > 0) entries.push({ key, keyStart, keyEnd, items, valueStart, valueEnd });
    }
  }
  return { entries, end };
}

const endsTag = (source: string, start: number, end: number): boolean =>
  start === end || source[start] === '@' || source.startsWith('```', start) || source.startsWith('~~~', start);

function readValue(
  source: string,
  key: string,
  keyStart: number,
  start: number,
  lineEnd: number,
  report: (finding: Finding) => void,
): { items: Item[]; end: number } {
  const items: Item[] = [];
  let position = start;
  while (true) {
    const item = readItem(source, position, lineEnd, report);
    if (item === undefined) {
      report(missingItem(key, keyStart, position, items.length > 0 || source[position] === ','));
      while (position < lineEnd && !isSpace(source[position])) position++;
      return { items: [], end: position };
    }
    items.push(item);
    position = item.end;
    if (position >= lineEnd || source[position] !== ',') return { items, end: position };
    position++;
  }
}

function missingItem(key: string, keyStart: number, position: number, inList: boolean): Finding {
  const code = 'PAN1104';
  if (!inList) return { code, message: `\`${key}\` has no value.`, start: keyStart, end: position };
  return {
    code,
    message: 'An item of the list is empty.',
    start: position - 1,
    end: position,
    fix: 'Remove the comma.',
  };
}

function reportSpacedEquals(
  source: string,
  start: number,
  end: number,
  lineEnd: number,
  report: (finding: Finding) => void,
): void {
  let position = end;
  while (position < lineEnd && isSpace(source[position])) position++;
  if (position >= lineEnd || source[position] !== '=') return;
  const key = source.slice(start, end);
  report({
    code: 'PAN1107',
    message: `There is a space between \`${key}\` and \`=\`.`,
    start,
    end: position + 1,
    fix: `Write \`${key}=\` and the value, without spaces.`,
  });
}
