import { randomVector } from './__testUtils__/randomVector';
import { EmbeddingTable } from './EmbeddingTable';
import { cosineSimilarity, rowEmbedding } from './RowEmbedding';

/** At about the given cosine to a vector. */
function beside(vector: number[], cosine: number, seed: number): number[] {
  const other = randomVector(seed);
  const rest = Math.sqrt(1 - cosine ** 2);
  return vector.map((value, i) => cosine * value + rest * other[i]);
}

describe('embeddings of rows', () => {
  it('keep their direction in whole numbers', () => {
    const one = rowEmbedding(randomVector(1));
    const near = rowEmbedding(beside(randomVector(1), 0.8, 2));
    expect(cosineSimilarity(one, one)).toBeCloseTo(1, 5);
    expect(cosineSimilarity(one, near)).toBeCloseTo(0.8, 1);
    expect(cosineSimilarity(one, rowEmbedding([1, 2]))).toBe(0);
    expect(cosineSimilarity(one, rowEmbedding(Array(768).fill(0)))).toBe(0);
    expect(() => rowEmbedding([])).toThrow(/0 dimensions/);
    expect(() => rowEmbedding(Array(5_000).fill(1))).toThrow(/1 to 4096/);
  });
});

describe('EmbeddingTable', () => {
  it('misses no near-duplicate among rows that are all about the same thing', () => {
    const subject = randomVector(0);
    // Two of them have a cosine of about 0.85.
    const rowOf = (seed: number) => beside(subject, Math.sqrt(0.85), seed);
    const table = new EmbeddingTable();
    const rows = Array.from({ length: 2_000 }, (_, i) =>
      rowEmbedding(rowOf(i + 1)),
    );
    rows.forEach(row => table.add(row));
    for (let row = 0; row < 2_000; row += 41) {
      const copy = rowEmbedding(beside(rowOf(row + 1), 0.95, 9_000 + row));
      const found = table.nearest(copy, 0.92);
      expect(found?.number).toBe(row);
      expect(found?.similarity).toBe(cosineSimilarity(copy, rows[row]));
    }
    for (let seed = 3_000; seed < 3_050; seed += 1) {
      const other = rowEmbedding(rowOf(seed));
      const cosines = rows.map(row => cosineSimilarity(other, row));
      expect(table.nearest(other, 0.92)).toBeUndefined();
      expect(table.nearest(other, 0.5)?.similarity).toBe(Math.max(...cosines));
    }
  });

  it('compares what is exactly at the threshold, nothing, and other models', () => {
    const table = new EmbeddingTable();
    const one = rowEmbedding([3, 4, 0]);
    const other = rowEmbedding([4, 3, 0]);
    table.add(one);
    table.add(one);
    table.add(rowEmbedding([1, 2]));
    table.add(rowEmbedding([0, 0, 0]));
    const similarity = cosineSimilarity(one, other);
    expect(table.nearest(other, similarity)).toEqual({ number: 0, similarity });
    expect(table.nearest(other, similarity + 1e-9)).toBeUndefined();
    expect(table.nearest(rowEmbedding([1, 2]), 0.1)).toBeUndefined();
    expect(table.nearest(rowEmbedding([0, 0, 0]), 0.1)).toBeUndefined();
    expect(table.size).toBe(4);
    expect(table.at(1)).toEqual(one);
  });
});
