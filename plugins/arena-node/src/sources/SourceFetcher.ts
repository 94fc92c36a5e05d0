import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { Readable } from 'node:stream';

/** @public */
export interface FetchedSource {
  /** What users recognise: a commit, a tag, a hash. */
  revision: string;
  /** A `tar.gz` of the bundle with normalised owners, times and order, so that equal content gives equal bytes. */
  archive: Readable;
}

/**
 * Fetches the content of one type of ArenaSource.
 *
 * @public
 */
export interface SourceFetcher {
  /** Value of `spec.type` that it serves. */
  readonly type: string;
  fetch(
    source: ArenaObject,
    options: { signal: AbortSignal },
  ): Promise<FetchedSource>;
}
