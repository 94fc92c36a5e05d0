import { JsonObject } from '@backstage/types';
import { DatasetProfile } from './DatasetProfile';
import { DatasetTally, withPoint } from './DatasetTally';
import { bandsOf, MinHashSignature, similarity } from './MinHash';
import { QuotaLedger } from './QuotaLedger';
import { RejectReason } from './RejectReason';
import { EmbeddingTable } from './EmbeddingTable';
import { RowEmbedding } from './RowEmbedding';

/** Of rows whose texts may be like another's, so many are looked at. @public */
export const COMPARED_ROWS = 20;

/** A row that asks to be taken. @public */
export interface RowCandidate {
  row: JsonObject;
  /** Digest of its canonical text: equal for rows that say the same. */
  hash: string;
  /** Needed with a threshold for near-duplicates, unless they are told by embeddings. */
  signature?: MinHashSignature;
  /** Needed with a threshold for near-duplicates that are told by embeddings. */
  embedding?: RowEmbedding;
  persona?: string;
}

/** A reject with its reason. @public */
export interface Rejection {
  reason: RejectReason;
  message: string;
  /** Number of the row that says the same, or nearly. */
  duplicateOf?: number;
}

/** What became of an attempt. @public */
export type IntakeVerdict =
  | { state: 'accepted'; number: number; bands: number[] }
  | ({ state: 'rejected' } & Rejection)
  | { state: 'surplus' };

/** An accepted row as near-duplicates are looked for. @public */
export interface KnownSignature {
  number: number;
  signature: MinHashSignature;
}

/** An accepted row as rows that mean the same are looked for. @public */
export interface KnownEmbedding {
  number: number;
  embedding: RowEmbedding;
}

/**
 * Decides which attempts become rows, one after the other: the same for a run in one process and for one with many workers, where it sees a
 * report at a time and is told what the database knows of it.
 *
 * @public
 */
export class DatasetIntake {
  readonly #profile: DatasetProfile;
  readonly #tally: DatasetTally;
  readonly #quotas: QuotaLedger;
  readonly #isOpen: boolean;
  readonly #hashes = new Map<string, number>();
  readonly #bands = new Map<number, KnownSignature[]>();
  readonly #embeddings = new EmbeddingTable();
  /** Rows of the embeddings, at the same positions. */
  readonly #embedded: number[] = [];

  /**
   * @param options - `tally` is kept up to date. `isOpen`, unless it is false: rows are still taken; otherwise what is good is surplus.
   */
  constructor(options: {
    profile: DatasetProfile;
    tally: DatasetTally;
    isOpen?: boolean;
  }) {
    const { profile, tally, isOpen = true } = options;
    this.#isOpen = isOpen;
    this.#profile = profile;
    this.#tally = tally;
    this.#quotas = new QuotaLedger(profile, tally);
  }

  /** Tells of accepted rows that it did not see. */
  know(options: {
    hashes?: Iterable<readonly [hash: string, number: number]>;
    signatures?: Iterable<KnownSignature>;
    embeddings?: Iterable<KnownEmbedding>;
  }): void {
    for (const [hash, number] of options.hashes ?? []) {
      this.#hashes.set(hash, number);
    }
    for (const known of options.signatures ?? []) this.#remember(known);
    for (const known of options.embeddings ?? []) this.#embed(known);
  }

  /** An attempt that brought a row. */
  offer(candidate: RowCandidate): IntakeVerdict {
    const tally = this.#tally;
    const { hash, signature, embedding } = candidate;
    const full = this.#quotas.refusal(candidate);
    const refuse = (rejection: Rejection) =>
      this.#refuse(rejection, { isBarren: full === undefined });
    const equal = this.#hashes.get(hash);
    if (equal !== undefined) {
      return refuse({
        reason: 'duplicate',
        message: `It says the same as row ${equal}`,
        duplicateOf: equal,
      });
    }
    const { nearDuplicateThreshold: threshold } = this.#profile;
    const bands =
      threshold !== undefined && signature ? bandsOf(signature, threshold) : [];
    const near = this.#nearest(candidate, bands);
    if (near && threshold !== undefined && near.similarity >= threshold) {
      return refuse({
        reason: 'nearDuplicate',
        message: `It is ${(near.similarity * 100).toFixed(
          0,
        )} % similar to row ${near.number}`,
        duplicateOf: near.number,
      });
    }
    if (!this.#isOpen || tally.rows >= this.#profile.count) {
      return this.pass();
    }
    if (full !== undefined) return refuse({ reason: 'quota', message: full });
    const number = tally.rows;
    tally.attempts += 1;
    tally.rows += 1;
    tally.barren = 0;
    this.#quotas.add(candidate);
    tally.filled = [...this.#quotas.filled];
    this.#hashes.set(hash, number);
    if (signature) this.#remember({ number, signature }, bands);
    if (embedding) this.#embed({ number, embedding });
    return { state: 'accepted', number, bands };
  }

  /** An attempt that brought none. */
  reject(rejection: Rejection): IntakeVerdict {
    return this.#refuse(rejection, { isBarren: true });
  }

  /** An attempt that brought a good row when there were enough. */
  pass(): IntakeVerdict {
    this.#tally.attempts += 1;
    this.#tally.surplus += 1;
    this.#tally.barren = 0;
    return { state: 'surplus' };
  }

  /** Attempts that were cut off before they could bring one. */
  leave(attempts: number): void {
    this.#tally.attempts += attempts;
    this.#tally.unfinished += attempts;
  }

  /** Notes how far it is, for the yield over time. */
  mark(at: number): void {
    const { history, attempts, rows } = this.#tally;
    this.#tally.history = withPoint(history, { at, attempts, rows });
  }

  #refuse(
    rejection: Rejection,
    { isBarren }: { isBarren: boolean },
  ): IntakeVerdict {
    const { rejects } = this.#tally;
    this.#tally.attempts += 1;
    rejects[rejection.reason] = (rejects[rejection.reason] ?? 0) + 1;
    if (isBarren) this.#tally.barren += 1;
    return { state: 'rejected', ...rejection };
  }

  #nearest(
    { signature, embedding }: RowCandidate,
    bands: readonly number[],
  ): { number: number; similarity: number } | undefined {
    if (embedding) return this.#nearestEmbedded(embedding);
    if (!signature) return undefined;
    const compared = new Set<number>();
    let nearest: { number: number; similarity: number } | undefined;
    for (const band of bands) {
      for (const known of this.#bands.get(band) ?? []) {
        if (compared.has(known.number)) continue;
        compared.add(known.number);
        const share = similarity(signature, known.signature);
        if (!nearest || share > nearest.similarity) {
          nearest = { number: known.number, similarity: share };
        }
      }
    }
    return nearest;
  }

  #nearestEmbedded(
    embedding: RowEmbedding,
  ): { number: number; similarity: number } | undefined {
    const { nearDuplicateThreshold: threshold = 1 } = this.#profile;
    const nearest = this.#embeddings.nearest(embedding, threshold);
    return nearest && { ...nearest, number: this.#embedded[nearest.number] };
  }

  #embed({ number, embedding }: KnownEmbedding): void {
    this.#embeddings.add(embedding);
    this.#embedded.push(number);
  }

  #remember(known: KnownSignature, bands?: readonly number[]): void {
    const { nearDuplicateThreshold: threshold } = this.#profile;
    if (threshold === undefined) return;
    for (const band of bands ?? bandsOf(known.signature, threshold)) {
      const there = this.#bands.get(band);
      if (there) there.push(known);
      else this.#bands.set(band, [known]);
    }
  }
}
