import { join } from 'node:path';
import {
  bandsOf,
  COMPARED_ROWS,
  DatasetIntake,
  RowCandidate,
  Sketches,
} from '@backstage-arena/plugin-arena-common/datagen';
import { RecordFile } from './RecordFile';
import { RowBands } from './RowBands';
import { RowHashes } from './RowHashes';

/** The rows that were taken, as far as others may repeat them: for a million of them in memory of some dozens of megabytes. */
export class KnownRows {
  readonly #threshold: number | undefined;
  readonly #hashes = new RowHashes();
  readonly #bands = new RowBands();
  readonly #sketches = new Sketches();
  /** Signatures, or embeddings. */
  readonly #records: RecordFile | undefined;

  /** @param options.directory - exists; for what is too large for the memory */
  constructor(options: { threshold: number | undefined; directory: string }) {
    this.#threshold = options.threshold;
    this.#records =
      options.threshold === undefined
        ? undefined
        : new RecordFile(join(options.directory, 'known-rows'));
  }

  /** Tells of those that a row may repeat. */
  tell(
    intake: DatasetIntake,
    { hash, signature, meaning }: RowCandidate,
  ): void {
    const equal = this.#hashes.find(hash);
    if (equal !== undefined) intake.know({ hashes: [[hash, equal]] });
    const records = this.#records;
    if (!records || this.#threshold === undefined) return;
    if (meaning) {
      const near = this.#sketches.near(
        meaning.sketch,
        this.#threshold,
        COMPARED_ROWS,
      );
      intake.know({
        meanings: near.map(number => {
          const embedding = new Int8Array(records.read(number).buffer);
          return { number, embedding, sketch: this.#sketches.at(number) };
        }),
      });
    } else if (signature) {
      const bands = bandsOf(signature, this.#threshold);
      intake.know({
        signatures: this.#bands.sharing(bands, COMPARED_ROWS).map(number => ({
          number,
          signature: new Uint32Array(records.read(number).buffer),
        })),
      });
    }
  }

  /** A row was taken. */
  add({ hash, signature, meaning }: RowCandidate, number: number): void {
    this.#hashes.add(hash, number);
    if (this.#threshold === undefined) return;
    if (meaning) {
      this.#sketches.add(meaning.sketch);
      this.#records?.add(new Uint8Array(meaning.embedding));
    } else if (signature) {
      this.#bands.add(bandsOf(signature, this.#threshold), number);
      this.#records?.add(new Uint8Array(signature.buffer));
    }
  }

  close(): void {
    this.#records?.close();
  }
}
