/** The known word that a misspelt one most likely means. */

/** Letters to change, add, drop or swap with their neighbour until `a` is `b`. */
function editDistance(a: string, b: string): number {
  const from = Array.from(a);
  const to = Array.from(b);
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of from.entries()) {
    const row = [i + 1];
    for (const [j, other] of to.entries()) {
      const changed = (last[j] ?? 0) + (letter === other ? 0 : 1);
      let best = Math.min(changed, (last[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1);
      const isSwap = i > 0 && j > 0 && letter === to[j - 1] && from[i - 1] === other;
      if (isSwap) best = Math.min(best, (beforeLast[j - 1] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length] ?? 0;
}

/**
 * The candidate nearest to `word`, or null when none is near: one letter in three may be wrong.
 * Capitals don't count; of equally near ones the first is taken.
 */
export function findNearest(word: string, candidates: readonly string[]): string | null {
  const lower = word.toLowerCase();
  let nearest: string | null = null;
  let least = Math.max(1, Math.floor(Array.from(word).length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}
