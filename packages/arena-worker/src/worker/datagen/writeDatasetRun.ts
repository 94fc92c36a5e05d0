import {
  datasetRowSchema,
  DatasetState,
  datasetStateSchema,
} from '@backstage-arena/plugin-arena-common/datagen';
import { DatasetFiles } from '../../reports/datagen/DatasetFiles';
import type { WrittenReport } from '../../reports/ReportFiles';
import { readLines, ReadStreamOptions } from '../readLines';

/** What the manifest says of generated data. */
export type DatasetSummary = Pick<
  DatasetState,
  | 'count'
  | 'rows'
  | 'attempts'
  | 'surplus'
  | 'unfinished'
  | 'rejects'
  | 'seed'
  | 'endedBy'
  | 'cost'
>;

/** Reads the dataset of a run that is over from the backend, and writes all its files. */
export async function writeDatasetRun(
  options: ReadStreamOptions & {
    /** Exists. */
    directory: string;
    runId: string;
  },
): Promise<{ reports: WrittenReport[]; summary: DatasetSummary }> {
  const { client, signal, patienceMs, directory, runId } = options;
  const state = await client.get('/dataset', datasetStateSchema, {
    signal,
    patienceMs,
  });
  const files = await DatasetFiles.open({ ...state, directory });
  try {
    let next = 0;
    const path = () => `/dataset/rows?from=${next}`;
    for await (const line of readLines({ ...options, path })) {
      const row = datasetRowSchema.parse(JSON.parse(line));
      if (row.number !== next) {
        throw new Error(
          `The backend sent row ${row.number} where row ${next} was due`,
        );
      }
      await files.add(row, runId);
      next += 1;
    }
    if (next !== state.rows) {
      throw new Error(`The backend sent ${next} of ${state.rows} rows`);
    }
  } catch (error) {
    await files.close();
    throw error;
  }
  const { count, rows, attempts, surplus, unfinished, rejects } = state;
  const { seed, endedBy, cost } = state;
  return {
    reports: await files.end(state),
    summary: {
      count,
      rows,
      attempts,
      surplus,
      unfinished,
      rejects,
      seed,
      endedBy,
      cost,
    },
  };
}
