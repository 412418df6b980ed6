/** Finds the line of an offset. */
export interface LineTable {
  /** One-based line and column of a UTF-16 offset. */
  position(offset: number): { line: number; column: number };
}

/** Lines end as JavaScript's do: LF, CR, CRLF, U+2028, U+2029. The table is built at the first question. */
export function lineTable(source: string): LineTable {
  let starts: number[] | undefined;
  return {
    position(offset) {
      starts ??= lineStarts(source);
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
  };
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (const end of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(end.index + end[0].length);
  return starts;
}
