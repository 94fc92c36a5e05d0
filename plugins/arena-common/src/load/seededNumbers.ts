/**
 * Repeatable numbers from 0 to 1 for one block of something, without those of the blocks before it (mulberry32 on a mixed seed).
 *
 * @internal
 */
export function seededNumbers(seed: number, block: number): () => number {
  let state = mix(mix(seed ^ 0x9e3779b9) + Math.imul(block, 0x85ebca6b));
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function mix(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
