import {
  DatasetProfile,
  emptyTally,
} from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { RunDatasetRow } from './tables';

/** Writes that a new run generates data. */
export async function createDataset(
  tx: Knex.Transaction,
  options: { runSeq: number; profile: DatasetProfile },
): Promise<void> {
  await tx<RunDatasetRow>('run_datasets').insert({
    run_seq: options.runSeq,
    tally: JSON.stringify(emptyTally(options.profile)),
    ended_by: null,
    open_until: null,
  });
}
