import {
  DatasetRow,
  DatasetState,
} from '@backstage-arena/plugin-arena-common/datagen';
import { z } from 'zod/v4';
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
  | 'rejects'
  | 'seed'
  | 'endedBy'
  | 'cost'
>;

/** As much of the backend's answers as is relied on. */
const stateSchema = z.looseObject({
  format: z.enum(['json', 'jsonl', 'csv']),
  rows: z.int(),
}) as unknown as z.ZodType<DatasetState>;
const rowSchema = z.looseObject({
  number: z.int(),
  row: z.record(z.string(), z.unknown()),
}) as unknown as z.ZodType<DatasetRow>;

/** Reads the dataset of a run that is over from the backend, and writes all its files. */
export async function writeDatasetRun(
  options: ReadStreamOptions & {
    /** Exists. */
    directory: string;
    runId: string;
  },
): Promise<{ reports: WrittenReport[]; summary: DatasetSummary }> {
  const { client, signal, patienceMs, directory, runId } = options;
  const state = await client.get('/dataset', stateSchema, {
    signal,
    patienceMs,
  });
  const files = await DatasetFiles.open({ format: state.format, directory });
  try {
    let next = 0;
    const path = () => `/dataset/rows?from=${next}`;
    for await (const line of readLines({ ...options, path })) {
      const row = rowSchema.parse(JSON.parse(line));
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
  const { count, rows, attempts, surplus, rejects, seed, endedBy, cost } =
    state;
  return {
    reports: await files.end(state),
    summary: { count, rows, attempts, surplus, rejects, seed, endedBy, cost },
  };
}
