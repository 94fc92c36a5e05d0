import { randomVector } from './__testUtils__/randomVector';
import { COMPARED_ROWS } from './DatasetIntake';
import { cosineSimilarity, rowEmbedding } from './RowEmbedding';
import { Sketches, sketchOf } from './Sketches';

/** At an angle of about the given cosine to a vector. */
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

describe('Sketches', () => {
  it.each([0.5, 0.8, 0.95])(
    'find rows from a cosine of %d on among many others',
    threshold => {
      const sketches = new Sketches();
      for (let seed = 0; seed < 2_000; seed += 1) {
        sketches.add(sketchOf(rowEmbedding(randomVector(seed))));
      }
      let others = 0;
      for (let row = 0; row < 200; row += 1) {
        const near = beside(randomVector(row), threshold + 0.02, 10_000 + row);
        const found = sketches.near(
          sketchOf(rowEmbedding(near)),
          threshold,
          Infinity,
        );
        expect(found.slice(0, COMPARED_ROWS)).toContain(row);
        others += found.length - 1;
      }
      // That is what makes it cheap: hardly any other has to be looked at.
      expect(others / 200).toBeLessThan(threshold === 0.5 ? 400 : 2);
    },
  );

  it('give back what they were given', () => {
    const sketches = new Sketches();
    const all = Array.from({ length: 40 }, (_, seed) =>
      sketchOf(rowEmbedding(randomVector(seed))),
    );
    all.forEach(sketch => sketches.add(sketch));
    expect(sketches.size).toBe(40);
    all.forEach((sketch, row) => expect(sketches.at(row)).toEqual(sketch));
  });
});
