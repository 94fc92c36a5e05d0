/** Hashes of a signature. */
const SIZE = 128;
/** Characters of a shingle. */
const SHINGLE = 5;
/** A pair of rows that is as similar as the threshold is found with this probability at least. */
const RECALL = 0.99;
const ROWS_PER_BAND = [16, 8, 4, 2, 1];

/** 128 MinHashes over the shingles of a text. The share of equal ones estimates the Jaccard similarity of two texts. @public */
export type MinHashSignature = Uint32Array;

/**
 * The signature of a text: of its shingles of five characters, in small letters and with single spaces.
 *
 * @public
 */
export function minHash(text: string): MinHashSignature {
  const normal = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
  const signature = new Uint32Array(SIZE).fill(0xffffffff);
  const last = Math.max(0, normal.length - SHINGLE);
  for (let start = 0; start <= last; start += 1) {
    let shingle = 0x811c9dc5;
    const end = Math.min(normal.length, start + SHINGLE);
    for (let at = start; at < end; at += 1) {
      shingle = Math.imul(shingle ^ normal.charCodeAt(at), 0x01000193);
    }
    for (let i = 0; i < SIZE; i += 1) {
      const hash = mix(shingle + Math.imul(i + 1, 0x9e3779b1));
      if (hash < signature[i]) signature[i] = hash;
    }
  }
  return signature;
}

/** Estimated Jaccard similarity, from 0 to 1. @public */
export function similarity(a: MinHashSignature, b: MinHashSignature): number {
  let equal = 0;
  for (let i = 0; i < SIZE; i += 1) if (a[i] === b[i]) equal += 1;
  return equal / SIZE;
}

/**
 * Keys under which a row is looked for: two rows that are similar enough share one at least, with a probability of 99 %.
 *
 * @returns whole numbers below 2^48, different for different bands
 * @public
 */
export function bandsOf(
  signature: MinHashSignature,
  threshold: number,
): number[] {
  const rows = rowsPerBand(threshold);
  const bands: number[] = [];
  for (let start = 0; start < SIZE; start += rows) {
    let high = mix(start + 1);
    let low = mix(start + 0x1000);
    for (let i = start; i < start + rows; i += 1) {
      high = mix(high ^ signature[i]);
      low = mix(Math.imul(low, 31) + signature[i]);
    }
    bands.push(high * 0x10000 + (low & 0xffff));
  }
  return bands;
}

function rowsPerBand(threshold: number): number {
  return (
    ROWS_PER_BAND.find(
      rows => 1 - (1 - threshold ** rows) ** (SIZE / rows) >= RECALL,
    ) ?? 1
  );
}

function mix(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
