import { RowEmbedding } from './RowEmbedding';

/** Words of a sketch. */
const WORDS = 8;
const BITS = WORDS * 32;
/** The share of different bits is within so many standard deviations of what the angle lets expect. */
const DEVIATIONS = 4;

/**
 * 256 bits of an embedding: on which side of as many planes it lies. The share of bits in which two differ estimates the angle between them, at a
 * fraction of the price of their cosine.
 *
 * @public
 */
export type Sketch = Uint32Array;

const planes = new Map<number, Int8Array>();

/** The sketch of an embedding: the same in every process. @public */
export function sketchOf(embedding: RowEmbedding): Sketch {
  const signs = planesOf(embedding.length);
  const sketch = new Uint32Array(WORDS);
  for (let bit = 0; bit < BITS; bit += 1) {
    const start = bit * embedding.length;
    let side = 0;
    for (let i = 0; i < embedding.length; i += 1) {
      side += embedding[i] * signs[start + i];
    }
    if (side > 0) sketch[bit >> 5] |= 1 << (bit & 31);
  }
  return sketch;
}

/** The sketches of the rows of a dataset, by number: finds those of rows that may mean the same. @public */
export class Sketches {
  #words = new Uint32Array(WORDS * 16);
  #size = 0;

  /** How many there are. They have the numbers below. */
  get size(): number {
    return this.#size;
  }

  /** Adds the sketch of the next row. */
  add(sketch: Sketch): void {
    const start = this.#size * WORDS;
    if (start === this.#words.length) {
      const larger = new Uint32Array(this.#words.length * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words.set(sketch, start);
    this.#size += 1;
  }

  /** The sketch of a row that is there. */
  at(number: number): Sketch {
    return this.#words.slice(number * WORDS, (number + 1) * WORDS);
  }

  /**
   * Rows whose embeddings may have a cosine of at least the threshold: one that has is missed about once in 30,000 times.
   *
   * @returns numbers, the nearest first
   */
  near(sketch: Sketch, threshold: number, limit: number): number[] {
    const most = mostDifferent(threshold);
    const found: Array<{ number: number; distance: number }> = [];
    for (let number = 0; number < this.#size; number += 1) {
      const distance = this.#distance(sketch, number * WORDS, most);
      if (distance <= most) found.push({ number, distance });
    }
    return found
      .sort((a, b) => a.distance - b.distance || a.number - b.number)
      .slice(0, limit)
      .map(({ number }) => number);
  }

  #distance(sketch: Sketch, start: number, most: number): number {
    let different = 0;
    for (let word = 0; word < WORDS && different <= most; word += 1) {
      different += bitsOf(sketch[word] ^ this.#words[start + word]);
    }
    return different;
  }
}

function mostDifferent(threshold: number): number {
  const share = Math.acos(threshold) / Math.PI;
  const deviation = Math.sqrt((share * (1 - share)) / BITS);
  return Math.ceil(BITS * (share + DEVIATIONS * deviation));
}

function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
  return Math.imul(bits, 0x01010101) >>> 24;
}

/** Normals of the planes, of which each number is 1 or -1. */
function planesOf(dimensions: number): Int8Array {
  const known = planes.get(dimensions);
  if (known) return known;
  const signs = new Int8Array(BITS * dimensions);
  let state = 0x9e3779b9;
  for (let i = 0; i < signs.length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    signs[i] = state < 0 ? -1 : 1;
  }
  planes.set(dimensions, signs);
  return signs;
}
