/** @public */
export interface StoredTranscript {
  index: number;
  /** JSON text of a `Transcript`. */
  json: string;
}

/**
 * Transcripts of a run's items, in compressed batches.
 *
 * @public
 */
export interface TranscriptStore {
  /** @throws NotFoundError when the item has none. */
  read(runId: string, index: number): Promise<string>;
  /** All of a run in order of index, from `from` on, streamed. */
  readAll(runId: string, from?: number): AsyncIterable<StoredTranscript>;
}
