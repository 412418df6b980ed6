/** Number of single-character edits between two words; transposing two neighbours is one edit (Damerau's restricted form). */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((row[j - 1] ?? 0) + 1, (rows[i - 1]?.[j] ?? 0) + 1, (rows[i - 1]?.[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      }
      row[j] = best;
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/** Edits allowed between a misspelt name and a real one: few in short words, where two edits reach any other name. */
const nearMiss = (length: number): number => (length <= 3 ? 0 : length <= 5 ? 1 : 2);

/**
 * The candidate a writer most likely meant, compared without case, or undefined when none is near.
 * `allowed` gives the edits for the length of the shorter word. @default nearMiss
 */
export function suggest(
  word: string,
  candidates: Iterable<string>,
  allowed: (length: number) => number = nearMiss,
): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const limit = Math.min(bestDistance - 1, allowed(Math.min(word.length, candidate.length)));
    // told without comparing: a name may be as long as somebody's input
    if (Math.abs(word.length - candidate.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance > limit) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}
