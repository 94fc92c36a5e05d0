import { Knex } from 'knex';
import { RunTranscriptRow } from '../runs/tables';
import { EncodedBatch } from './batchCodec';

/** Stores a batch of transcripts and returns the number by which items point to it. */
export async function insertBatch(
  tx: Knex.Transaction,
  runSeq: number,
  batch: EncodedBatch,
): Promise<number> {
  const [row] = await tx<RunTranscriptRow>('run_transcripts')
    .insert({ run_seq: runSeq, codec: batch.codec, content: batch.content })
    .returning(['batch']);
  return Number(row.batch);
}
