/** A model that makes rows up: it repeats three of ten, and breaks the schema in one of ten. */
export class RowTeller {
  /** Texts of what was new. */
  rows = [];
  #said = 0;

  say() {
    const call = this.#said;
    this.#said += 1;
    const tenth = call % 10;
    if (tenth === 7) return JSON.stringify({ id: 'none', call });
    const repeats = tenth === 2 || tenth === 5 || tenth === 9;
    if (repeats && this.rows.length > 0) {
      return this.rows[(call * 7919) % this.rows.length];
    }
    const text = JSON.stringify({ id: call, text: `Row number ${call}` });
    this.rows.push(text);
    return text;
  }
}
