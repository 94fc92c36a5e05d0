import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Records of one size in a file, by number: what is looked at now and then, and would fill the memory. */
export class RecordFile {
  readonly #file: number;
  #size = 0;
  #count = 0;

  /** @param path - of a file that is made anew */
  constructor(path: string) {
    this.#file = openSync(path, 'w+');
  }

  /** Adds the record with the next number. All have the size of the first. */
  add(record: Uint8Array): void {
    if (this.#count === 0) this.#size = record.length;
    if (record.length !== this.#size) {
      throw new Error(
        `A record has ${record.length} bytes, and those before ${this.#size}`,
      );
    }
    writeSync(this.#file, record, 0, record.length, this.#count * this.#size);
    this.#count += 1;
  }

  /** @throws RangeError */
  read(number: number): Uint8Array {
    if (number >= this.#count) {
      throw new RangeError(`There is no record ${number} of ${this.#count}`);
    }
    const record = new Uint8Array(this.#size);
    readSync(this.#file, record, 0, this.#size, number * this.#size);
    return record;
  }

  close(): void {
    closeSync(this.#file);
  }
}
