import { JsonObject } from '@backstage/types';
import { rowText } from './canonicalRow';
import { RowCandidate } from './DatasetIntake';
import { DatasetProfile } from './DatasetProfile';
import { minHash } from './MinHash';
import { RowEmbedding } from './RowEmbedding';

/**
 * A row made ready to be compared with others, as the profile asks for.
 *
 * @throws Error when near-duplicates are told by embeddings, and the row has none
 * @public
 */
export function rowCandidate(
  options: {
    row: JsonObject;
    /** Digest of its canonical text. */
    hash: string;
    persona?: string;
    embedding?: RowEmbedding;
  },
  profile: DatasetProfile,
): RowCandidate {
  const { row, hash, persona, embedding } = options;
  const candidate: RowCandidate = { row, hash, persona };
  if (profile.nearDuplicateThreshold === undefined) return candidate;
  if (!profile.nearDuplicateEmbedding) {
    return { ...candidate, signature: minHash(rowText(row)) };
  }
  if (!embedding) throw new Error('The row came without its embedding');
  return { ...candidate, embedding };
}
