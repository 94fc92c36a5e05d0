import { Knex } from 'knex';
import { transact } from '../../plugins/arena-backend/src/database/transact';
import {
  finishedItem,
  FinishedItem,
} from '../../plugins/arena-backend/src/queue/finishedItem';
import { insertItems } from '../../plugins/arena-backend/src/queue/insertItems';
import { DatabaseRunStore } from '../../plugins/arena-backend/src/runs/DatabaseRunStore';
import { PlannedRuns } from '../../plugins/arena-backend/src/runs/PlannedRun';
import { noRedactor } from '../../plugins/arena-backend/src/transcripts/createRedactor';
import { insertBatch } from '../../plugins/arena-backend/src/transcripts/insertBatch';
import { packTranscripts } from '../../plugins/arena-backend/src/transcripts/packTranscripts';
import { compressBatch } from '../../plugins/arena-backend/src/transcripts/batchCodec';
import { benchRun } from './benchRun';
import { createPayloads } from './payload';

const BATCH = 500;

/**
 * Bare batched inserts: the rows that the queue would write, by the very statements that it uses, one transaction per batch and
 * nothing else. Making the rows and compressing the transcripts is not in the time.
 *
 * @returns Rows per second.
 */
export async function measureBaseline(
  knex: Knex,
  store: DatabaseRunStore,
  items: number,
): Promise<number> {
  const runId = `baseline-${Date.now()}`;
  await store.create(benchRun(runId, items));
  const run = await new PlannedRuns(knex).get(runId);
  const payload = createPayloads(7);
  let busyMs = 0;
  for (let start = 0; start < items; start += BATCH) {
    const reports = Array.from(
      { length: Math.min(BATCH, items - start) },
      (_, offset) => payload(start + offset),
    );
    const now = Date.now();
    const rows: FinishedItem[] = reports.map(report =>
      finishedItem(run, report, { now, redact: noRedactor }),
    );
    const packed = packTranscripts(run, reports, {
      redact: noRedactor,
      maxBytes: 1_048_576,
    });
    const batch = await compressBatch(packed!);
    const begin = performance.now();
    await transact(knex, async tx => {
      const transcriptBatch = await insertBatch(tx, run.seq, batch);
      await insertItems(tx, { runSeq: run.seq, items: rows, transcriptBatch });
    });
    busyMs += performance.now() - begin;
  }
  await store.delete(runId);
  return items / (busyMs / 1_000);
}
