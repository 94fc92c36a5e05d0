/** Of a digest so much is kept: two different rows that agree in it are not to be expected in any dataset. */
const HASH_WORDS = 4;
const SLOT_WORDS = HASH_WORDS + 1;
const DIGITS_PER_WORD = 8;
const MOST_FILLED = 0.7;

/** Finds rows by the digest of what they say, in about 40 bytes a row. */
export class RowHashes {
  /** Slots of a digest and the number of the row plus one; nothing is 0. */
  #slots = new Uint32Array(1_024 * SLOT_WORDS);
  #size = 0;

  /** @param hash - hexadecimal digits of a digest, 32 at least */
  find(hash: string): number | undefined {
    const found = this.#slots[this.#slotOf(wordsOf(hash)) + HASH_WORDS];
    return found === 0 ? undefined : found - 1;
  }

  /** @param number - of a row that is not there yet, below 2^32 - 1 */
  add(hash: string, number: number): void {
    if ((this.#size + 1) * SLOT_WORDS > this.#slots.length * MOST_FILLED) {
      this.#grow();
    }
    this.#put(wordsOf(hash), number + 1);
    this.#size += 1;
  }

  #put(words: ArrayLike<number>, entry: number): void {
    const slot = this.#slotOf(words);
    for (let i = 0; i < HASH_WORDS; i += 1) this.#slots[slot + i] = words[i];
    this.#slots[slot + HASH_WORDS] = entry;
  }

  /** Where a digest is, or is to be. */
  #slotOf(words: ArrayLike<number>): number {
    const mask = this.#slots.length / SLOT_WORDS - 1;
    for (let position = words[0] & mask; ; position = (position + 1) & mask) {
      const slot = position * SLOT_WORDS;
      if (this.#slots[slot + HASH_WORDS] === 0) return slot;
      let i = 0;
      while (i < HASH_WORDS && this.#slots[slot + i] === words[i]) i += 1;
      if (i === HASH_WORDS) return slot;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += SLOT_WORDS) {
      const entry = old[slot + HASH_WORDS];
      if (entry !== 0) this.#put(old.subarray(slot, slot + HASH_WORDS), entry);
    }
  }
}

function wordsOf(hash: string): number[] {
  return Array.from({ length: HASH_WORDS }, (_, i) =>
    parseInt(hash.slice(i * DIGITS_PER_WORD, (i + 1) * DIGITS_PER_WORD), 16),
  );
}
