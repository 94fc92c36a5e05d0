/** Most dimensions of an embedding. @public */
export const MAX_EMBEDDING_DIMENSIONS = 4_096;

/** Most characters of an embedding as base64. @internal */
export const MAX_EMBEDDING_TEXT = 4 * Math.ceil(MAX_EMBEDDING_DIMENSIONS / 3);

/** Most characters of a row that its embedding is made of: models take no more than some thousand tokens. @public */
export const MAX_EMBEDDED_LENGTH = 8_000;

/**
 * What a row means: the vector of an embedding model in whole numbers from -127 to 127. Its direction is within about half a degree of that of the
 * original.
 *
 * @public
 */
export type RowEmbedding = Int8Array;

/**
 * The vector of a model as it is sent and stored.
 *
 * @throws RangeError when it has no dimensions, or more than are allowed
 * @public
 */
export function rowEmbedding(vector: readonly number[]): RowEmbedding {
  if (vector.length === 0 || vector.length > MAX_EMBEDDING_DIMENSIONS) {
    throw new RangeError(
      `The embedding has ${vector.length} dimensions: allowed are 1 to ${MAX_EMBEDDING_DIMENSIONS}`,
    );
  }
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const scale = largest > 0 ? 127 / largest : 0;
  return Int8Array.from(vector, value => Math.round(value * scale));
}

/** The angle's cosine, from -1 to 1; 0 when one of them says nothing, or they are of different models. @public */
export function cosineSimilarity(a: RowEmbedding, b: RowEmbedding): number {
  if (a.length !== b.length) return 0;
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i += 1) {
    dot += a[i] * b[i];
    squaresA += a[i] * a[i];
    squaresB += b[i] * b[i];
  }
  return dot === 0 ? 0 : dot / Math.sqrt(squaresA * squaresB);
}
