import { cosineSimilarity, RowEmbedding } from './RowEmbedding';

/** Dimensions after which a row that cannot come near any more is left. */
const BLOCK = 64;
const ROWS_PER_CHUNK = 1_024;
/** Lengths are kept in 32 bits: more than what is lost by that. */
const SLACK = 1e-5;

/** Rows that lie beside each other in memory. */
interface Chunk {
  values: Int8Array;
  /** For each block of each row: the length of the vector from there on. */
  tails: Float32Array;
}

/**
 * The embeddings of the rows of a dataset, by number. Finds the nearest row exactly: each is compared, in as many dimensions as it takes to be sure that
 * it is too far away. A row takes one byte a dimension, and a 16th more.
 *
 * @public
 */
export class EmbeddingTable {
  readonly #chunks: Chunk[] = [];
  /** Of the first row. */
  #dimensions = 0;
  #size = 0;

  /** How many rows there are. They have the numbers below. */
  get size(): number {
    return this.#size;
  }

  /** Adds the next row. One with other dimensions than the first is near to none, as it is of another model. */
  add(embedding: RowEmbedding): void {
    if (this.#size === 0) this.#dimensions = embedding.length;
    const blocks = this.#blocks;
    const place = this.#size % ROWS_PER_CHUNK;
    if (place === 0) {
      this.#chunks.push({
        values: new Int8Array(ROWS_PER_CHUNK * this.#dimensions),
        tails: new Float32Array(ROWS_PER_CHUNK * blocks),
      });
    }
    this.#size += 1;
    if (embedding.length !== this.#dimensions) return;
    const { values, tails } = this.#chunks[this.#chunks.length - 1];
    values.set(embedding, place * this.#dimensions);
    tails.set(tailsOf(embedding, blocks), place * blocks);
  }

  /** The embedding of a row that is there. */
  at(number: number): RowEmbedding {
    const start = (number % ROWS_PER_CHUNK) * this.#dimensions;
    return this.#chunks[Math.floor(number / ROWS_PER_CHUNK)].values.slice(
      start,
      start + this.#dimensions,
    );
  }

  /**
   * The row with the greatest cosine, when that is at least the threshold; the first of equal ones.
   *
   * @param threshold - greater than 0
   */
  nearest(
    embedding: RowEmbedding,
    threshold: number,
  ): { number: number; similarity: number } | undefined {
    if (embedding.length !== this.#dimensions) return undefined;
    const tails = tailsOf(embedding, this.#blocks);
    let nearest: { number: number; similarity: number } | undefined;
    for (let number = 0; number < this.#size; number += 1) {
      const least = nearest?.similarity ?? threshold;
      if (!this.#mayReach(number, embedding, tails, least)) continue;
      const similarity = cosineSimilarity(embedding, this.at(number));
      if (nearest ? similarity > least : similarity >= least) {
        nearest = { number, similarity };
      }
    }
    return nearest;
  }

  get #blocks(): number {
    return Math.ceil(this.#dimensions / BLOCK);
  }

  /** The rest of two vectors adds no more to their product than the product of its lengths. */
  #mayReach(
    number: number,
    embedding: RowEmbedding,
    tails: Float32Array,
    cosine: number,
  ): boolean {
    const chunk = this.#chunks[Math.floor(number / ROWS_PER_CHUNK)];
    const { values } = chunk;
    const place = number % ROWS_PER_CHUNK;
    const start = place * this.#dimensions;
    const blocks = tails.length;
    const first = place * blocks;
    const most = tails[0] * chunk.tails[first];
    const least = (cosine - SLACK) * most;
    if (most === 0) return false;
    let dot = 0;
    for (let block = 0; block < blocks; block += 1) {
      if (dot + tails[block] * chunk.tails[first + block] < least) return false;
      const from = block * BLOCK;
      const length = Math.min(BLOCK, this.#dimensions - from);
      dot += product(embedding, from, values, start + from, length);
    }
    return dot >= least;
  }
}

/** Of two stretches of vectors, in whole numbers all the way: that is several times as fast. */
function product(
  a: Int8Array,
  startA: number,
  b: Int8Array,
  startB: number,
  length: number,
): number {
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 1 < length; i += 2) {
    even = (even + Math.imul(a[startA + i], b[startB + i])) | 0;
    odd = (odd + Math.imul(a[startA + i + 1], b[startB + i + 1])) | 0;
  }
  if (i < length) even += a[startA + i] * b[startB + i];
  return even + odd;
}

function tailsOf(embedding: RowEmbedding, blocks: number): Float32Array {
  const tails = new Float32Array(blocks);
  let squares = 0;
  for (let block = blocks - 1; block >= 0; block -= 1) {
    const end = Math.min((block + 1) * BLOCK, embedding.length);
    for (let i = block * BLOCK; i < end; i += 1) squares += embedding[i] ** 2;
    tails[block] = Math.sqrt(squares);
  }
  return tails;
}
