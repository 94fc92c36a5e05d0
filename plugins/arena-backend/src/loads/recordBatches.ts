import { ConflictError, InputError } from '@backstage/errors';
import {
  LoadHistogram,
  LoadReportBatch,
  LoadReportRequest,
  LoadReportResponse,
} from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { compress } from '../database/compression';
import { transact } from '../database/transact';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { lockLoad, noLoad } from './lockLoad';
import { RunLoadBatchRow } from './tables';

/**
 * Stores what a worker recorded. A second of a process is stored once, however often it is sent.
 *
 * @throws ConflictError when the test is over and counts no more; InputError when a batch is another worker's or speaks of unknown providers
 */
export async function recordBatches(
  knex: Knex,
  run: PlannedRun,
  request: LoadReportRequest,
): Promise<LoadReportResponse> {
  if (!run.pins.load) throw noLoad(run.runId);
  const { workerId, instance, batches } = request;
  batches.forEach((batch, index) => checkBatch(run, workerId, batch, index));
  const rows: Array<Omit<RunLoadBatchRow, 'id'>> = await Promise.all(
    batches.map(async batch => ({
      run_seq: run.seq,
      worker_id: workerId,
      instance,
      second: batch.worker.second,
      ...(await compress(Buffer.from(JSON.stringify(batch)))),
    })),
  );
  return transact(knex, async tx => {
    // Under the lock, so that batches become visible in the order of their numbers: who reads on from a number misses none.
    const load = await lockLoad(tx, run);
    const head = await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .first('state');
    if (head?.state !== 'Running' || load.state === 'over') {
      throw new ConflictError(
        `The load test of run '${run.runId}' is over and takes no records any more`,
      );
    }
    if (rows.length === 0) return { accepted: 0 };
    const stored = await tx<RunLoadBatchRow>('run_load_batches')
      .insert(rows as RunLoadBatchRow[])
      .onConflict(['run_seq', 'worker_id', 'instance', 'second'])
      .ignore()
      .returning(['id']);
    return { accepted: stored.length };
  });
}

function checkBatch(
  run: PlannedRun,
  workerId: string,
  { worker, records }: LoadReportBatch,
  index: number,
): void {
  if (worker.workerId !== workerId) {
    throw new InputError(
      `batches[${index}].worker.workerId: '${worker.workerId}' is not '${workerId}', who reports`,
    );
  }
  const { providers, scenarios } = run.plan;
  for (const record of records) {
    for (const { times } of Object.values(record.providers)) {
      for (const [name, encoded] of Object.entries(times)) {
        if (LoadHistogram.isValid(encoded)) continue;
        throw new InputError(
          `batches[${index}].records: times.${name} is no HDR histogram in base64`,
        );
      }
    }
    const known = {
      providers: providers.map(({ id }) => id),
      scenarios: scenarios.map(({ id }) => id),
    };
    for (const field of ['providers', 'scenarios'] as const) {
      for (const id of Object.keys(record[field])) {
        if (known[field].includes(id)) continue;
        throw new InputError(
          `batches[${index}].records: '${id}' is none of the ${field} of the run; allowed are ${known[
            field
          ].join(', ')}`,
        );
      }
    }
  }
}
