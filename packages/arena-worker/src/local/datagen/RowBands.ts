/** Of a band that more rows have, which says little, only so many are kept. */
const MOST_OF_BAND = 200;
const MOST_FILLED = 0.7;

/** Finds rows by the bands of their signatures, in about 16 bytes a band. */
export class RowBands {
  /** Keys of bands, and at the same positions the number of a row plus one; nothing is 0. */
  #keys = new Uint32Array(4_096);
  #entries = new Uint32Array(4_096);
  #size = 0;

  /** @param bands - see `bandsOf` */
  add(bands: Iterable<number>, number: number): void {
    for (const band of bands) {
      if (this.#size + 1 > this.#keys.length * MOST_FILLED) this.#grow();
      if (this.#put(keyOf(band), number + 1)) this.#size += 1;
    }
  }

  /** Rows that share the most bands with these, the most first. */
  sharing(bands: Iterable<number>, limit: number): number[] {
    const shared = new Map<number, number>();
    for (const band of bands) {
      const key = keyOf(band);
      for (const position of this.#positions(key)) {
        if (this.#keys[position] !== key) continue;
        const number = this.#entries[position] - 1;
        shared.set(number, (shared.get(number) ?? 0) + 1);
      }
    }
    return [...shared]
      .sort(([a, sharedA], [b, sharedB]) => sharedB - sharedA || a - b)
      .slice(0, limit)
      .map(([number]) => number);
  }

  #put(key: number, entry: number): boolean {
    let there = 0;
    const mask = this.#keys.length - 1;
    let position = key & mask;
    for (; this.#entries[position] !== 0; position = (position + 1) & mask) {
      if (this.#keys[position] === key) there += 1;
      if (there === MOST_OF_BAND) return false;
    }
    this.#keys[position] = key;
    this.#entries[position] = entry;
    return true;
  }

  /** Of all entries that may have a key. */
  *#positions(key: number): Iterable<number> {
    const mask = this.#keys.length - 1;
    let position = key & mask;
    for (; this.#entries[position] !== 0; position = (position + 1) & mask) {
      yield position;
    }
  }

  #grow(): void {
    const keys = this.#keys;
    const entries = this.#entries;
    this.#keys = new Uint32Array(keys.length * 2);
    this.#entries = new Uint32Array(keys.length * 2);
    for (let position = 0; position < keys.length; position += 1) {
      if (entries[position] !== 0) this.#put(keys[position], entries[position]);
    }
  }
}

/** The lower bits of a band alone would make neighbours of neighbours. */
function keyOf(band: number): number {
  return (Math.floor(band / 0x10000) ^ band % 0x10000) >>> 0;
}
