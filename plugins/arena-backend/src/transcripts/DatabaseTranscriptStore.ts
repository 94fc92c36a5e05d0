import { NotFoundError } from '@backstage/errors';
import {
  StoredTranscript,
  TranscriptStore,
} from '@backstage-arena/plugin-arena-node';
import { Knex } from 'knex';
import { PlannedRuns } from '../runs/PlannedRun';
import { RunItemRow, RunTranscriptRow } from '../runs/tables';
import { decodeBatch } from './batchCodec';

const PAGE = 500;
const CACHED_BATCHES = 8;

/** {@link TranscriptStore} in the tables of the runs. Transcripts are written by the work queue, with their results. */
export class DatabaseTranscriptStore implements TranscriptStore {
  private readonly knex: Knex;
  private readonly runs: PlannedRuns;

  constructor(options: { knex: Knex; runs: PlannedRuns }) {
    this.knex = options.knex;
    this.runs = options.runs;
  }

  async read(runId: string, index: number): Promise<string> {
    const run = await this.runs.get(runId);
    const item = await this.knex<RunItemRow>('run_items')
      .where({ run_seq: run.seq, idx: index })
      .first('transcript_batch');
    const batch =
      item?.transcript_batch !== undefined && item.transcript_batch !== null
        ? await this.readBatch(run.seq, Number(item.transcript_batch))
        : undefined;
    const json = batch?.get(index);
    if (!json) {
      throw new NotFoundError(
        `Item ${index} of run '${runId}' has no transcript`,
      );
    }
    return json.toString('utf8');
  }

  async *readAll(runId: string, from = 0): AsyncIterable<StoredTranscript> {
    const run = await this.runs.get(runId);
    const cache = new Map<number, Map<number, Buffer> | undefined>();
    let next = from;
    for (;;) {
      const rows = await this.knex<RunItemRow>('run_items')
        .where({ run_seq: run.seq })
        .andWhere('idx', '>=', next)
        .orderBy('idx')
        .limit(PAGE)
        .select('idx', 'transcript_batch');
      for (const row of rows) {
        if (row.transcript_batch === null) continue;
        const number = Number(row.transcript_batch);
        let batch = cache.get(number);
        if (!cache.has(number)) {
          batch = await this.readBatch(run.seq, number);
          if (cache.size >= CACHED_BATCHES) {
            cache.delete(cache.keys().next().value!);
          }
          cache.set(number, batch);
        }
        const json = batch?.get(Number(row.idx));
        if (json) yield { index: Number(row.idx), json: json.toString('utf8') };
      }
      if (rows.length < PAGE) return;
      next = Number(rows[rows.length - 1].idx) + 1;
    }
  }

  private async readBatch(
    runSeq: number,
    batch: number,
  ): Promise<Map<number, Buffer> | undefined> {
    const row = await this.knex<RunTranscriptRow>('run_transcripts')
      .where({ batch, run_seq: runSeq })
      .first('codec', 'content');
    return row && decodeBatch(row);
  }
}
