/** Deterministic randomness: the same numbers give the same world, in any order of asking. */

/** Mixes an integer to 32 well-spread bits (the finalizer of MurmurHash3). */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Hashes several integers in order. */
export function hashOf(...values: number[]): number {
  let hash = 0x9e3779b1;
  for (const value of values) hash = mix(hash ^ Math.imul(value + 0x7f4a7c15, 0x9e3779b1));
  return hash;
}

/** A whole number in [from, to] drawn from a hash. */
export function pickBetween(hash: number, from: number, to: number): number {
  return from + (hash % (to - from + 1));
}

export function pickFrom<T>(hash: number, list: readonly [T, ...T[]]): T {
  return list[hash % list.length] ?? list[0];
}
