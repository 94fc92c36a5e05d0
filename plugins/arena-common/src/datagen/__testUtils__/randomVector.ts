/** A vector of 768 dimensions that is about at right angles to those of other seeds. */
export function randomVector(seed: number): number[] {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return Array.from({ length: 768 }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  });
}
