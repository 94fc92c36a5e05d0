import { join } from 'node:path';
import {
  bandsOf,
  COMPARED_ROWS,
  DatasetIntake,
  DatasetProfile,
  EmbeddingTable,
  RowCandidate,
} from '@backstage-arena/plugin-arena-common/datagen';
import { RecordFile } from './RecordFile';
import { RowBands } from './RowBands';
import { RowHashes } from './RowHashes';

/**
 * The rows that were taken, as far as others may repeat them: for a million of them in memory of some dozens of megabytes. Embeddings, of which there
 * may be fewer, are in memory as a whole.
 */
export class KnownRows {
  readonly #threshold: number | undefined;
  readonly #hashes = new RowHashes();
  readonly #bands = new RowBands();
  readonly #embeddings = new EmbeddingTable();
  readonly #signatures: RecordFile | undefined;

  /** @param options.directory - exists; for what is too large for the memory */
  constructor(options: { profile: DatasetProfile; directory: string }) {
    const { profile, directory } = options;
    this.#threshold = profile.nearDuplicateThreshold;
    this.#signatures =
      this.#threshold === undefined || profile.nearDuplicateEmbedding
        ? undefined
        : new RecordFile(join(directory, 'known-rows'));
  }

  /** Tells of those that a row may repeat. */
  tell(
    intake: DatasetIntake,
    { hash, signature, embedding }: RowCandidate,
  ): void {
    const equal = this.#hashes.find(hash);
    if (equal !== undefined) intake.know({ hashes: [[hash, equal]] });
    if (this.#threshold === undefined) return;
    const signatures = this.#signatures;
    if (embedding) {
      const near = this.#embeddings.nearest(embedding, this.#threshold);
      if (!near) return;
      const { number } = near;
      intake.know({
        embeddings: [{ number, embedding: this.#embeddings.at(number) }],
      });
    } else if (signature && signatures) {
      const bands = bandsOf(signature, this.#threshold);
      intake.know({
        signatures: this.#bands.sharing(bands, COMPARED_ROWS).map(number => ({
          number,
          signature: new Uint32Array(signatures.read(number).buffer),
        })),
      });
    }
  }

  /** A row was taken. */
  add({ hash, signature, embedding }: RowCandidate, number: number): void {
    this.#hashes.add(hash, number);
    if (this.#threshold === undefined) return;
    if (embedding) {
      this.#embeddings.add(embedding);
    } else if (signature) {
      this.#bands.add(bandsOf(signature, this.#threshold), number);
      this.#signatures?.add(new Uint8Array(signature.buffer));
    }
  }

  close(): void {
    this.#signatures?.close();
  }
}
