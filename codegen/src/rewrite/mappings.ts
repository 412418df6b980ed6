import type { Edit } from './edit.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 VLQ, as source maps write numbers. */
export function vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}

// A segment that is as far from the last one in the source as in the output: nearly all of them.
const STEPS: readonly string[] = Array.from({ length: 64 }, (_, step) => `,${vlq(step)}AA${vlq(step)}`);

const NEWLINE = 0;
const SPACE = 1;
const WORD = 2;
const OTHER = 3;

const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (char === '\n') return NEWLINE;
  if (/\s/.test(char)) return SPACE;
  return /[\w$]/.test(char) ? WORD : OTHER;
});

// Beyond ASCII everything counts as part of a word but white space: byte order mark, no-break space, the two separators.
const NO_WORD: ReadonlySet<number> = new Set([0xfeff, 0xa0, 0x2028, 0x2029]);

/**
 * Mappings of a source with edits (in order of offset): a segment at the start of every word and at every other visible character.
 * Our own encoder because the edits only insert: copying strings is three times faster than a general one.
 */
export function mappings(source: string, edits: readonly Edit[]): string {
  let out = '';
  let next = 0;
  let edit = edits[0];
  // Columns count from the start of a line; `shift` is what inserted text has added to the column.
  let lineStart = 0;
  let shift = 0;
  let line = 0;
  // The last segment written.
  let mappedLine = 0;
  let mappedColumn = 0;
  let mappedOutput = 0;
  let mappedShift = 0;
  let fresh = true;
  let force = true;
  let before = SPACE;

  for (let index = 0; index <= source.length; index++) {
    while (edit !== undefined && edit.at === index) {
      const newline = edit.text.lastIndexOf('\n');
      if (newline >= 0) {
        for (let at = edit.text.indexOf('\n'); at >= 0; at = edit.text.indexOf('\n', at + 1)) out += ';';
        shift = edit.text.length - newline - 1 - (index - lineStart);
        fresh = true;
        mappedOutput = 0;
      } else shift += edit.text.length;
      force = true;
      edit = edits[++next];
    }
    if (index === source.length) break;
    const code = source.charCodeAt(index);
    const kind = code < 128 ? CLASSES[code] : NO_WORD.has(code) ? SPACE : WORD;
    if (kind === NEWLINE) {
      out += ';';
      lineStart = index + 1;
      line++;
      shift = 0;
      mappedOutput = 0;
      fresh = true;
      force = true;
    } else if (force || kind === OTHER || (kind === WORD && before !== WORD)) {
      const column = index - lineStart;
      const step = column - mappedColumn;
      if (!fresh && shift === mappedShift && step < 64) out += STEPS[step];
      else {
        if (!fresh) out += ',';
        out += `${vlq(column + shift - mappedOutput)}A${vlq(line - mappedLine)}${vlq(step)}`;
      }
      mappedColumn = column;
      mappedOutput = column + shift;
      mappedShift = shift;
      mappedLine = line;
      fresh = false;
      force = false;
    }
    before = kind ?? WORD;
  }
  return out;
}
