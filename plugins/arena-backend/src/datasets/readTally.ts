import { NotFoundError } from '@backstage/errors';
import { DatasetEnd } from '@backstage-arena/plugin-arena-common';
import { DatasetTally } from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { RunDatasetRow } from './tables';

/** Of runs of a version that did not count them. */
const NONE = { unfinished: 0 };

/** The figures of a dataset so far, and what ended it. */
export async function readTally(
  knex: Knex,
  run: Pick<PlannedRun, 'runId' | 'seq'>,
): Promise<{
  tally: DatasetTally;
  endedBy?: DatasetEnd;
  openUntil: RunDatasetRow['open_until'];
}> {
  const row = await knex<RunDatasetRow>('run_datasets')
    .where({ run_seq: run.seq })
    .first();
  if (!row) {
    throw new NotFoundError(`Run '${run.runId}' does not generate data`);
  }
  return {
    tally: { ...NONE, ...JSON.parse(row.tally) },
    endedBy: row.ended_by ?? undefined,
    openUntil: row.open_until,
  };
}
