import { stringify } from 'yaml';
import { strToU8, zip } from 'fflate';
import { ArenaApi } from '@backstage-arena/plugin-arena-common';
import {
  rowScenario,
  RowScenarioOptions,
} from '@backstage-arena/plugin-arena-common/datagen';

/** As many as one answer may hold. */
const PAGE_SIZE = 500;

/** What is made of rows: files of scenarios, as `arena rows to-scenarios` writes them. */
export interface ScenarioSettings
  extends Pick<RowScenarioOptions, 'taskType' | 'text' | 'labels'> {
  /** Beginning of the names. */
  prefix: string;
  /** The first so many rows. */
  limit: number;
}

/**
 * Reads rows of a run and makes a ZIP archive with a scenario of each, in the folder `scenarios`.
 *
 * @throws InputError when a row has not what the settings name
 */
export async function scenarioArchive(
  api: Pick<ArenaApi, 'datasetRows'>,
  runId: string,
  settings: ScenarioSettings,
): Promise<{ archive: Blob; count: number }> {
  const { prefix, limit, ...options } = settings;
  const files: Record<string, Uint8Array> = {};
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await api.datasetRows(runId, {
      limit: Math.min(PAGE_SIZE, limit - count),
      cursor,
    });
    for (const { row } of page.items) {
      count += 1;
      const id = `${prefix}-${count}`;
      files[`scenarios/${id}.scenario.yaml`] = strToU8(
        stringify(rowScenario(row, { id, ...options }), { lineWidth: 0 }),
      );
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined && count < limit);
  const bytes = await new Promise<Uint8Array>((resolve, reject) => {
    zip(files, (error, data) => (error ? reject(error) : resolve(data)));
  });
  return {
    archive: new Blob([bytes as BlobPart], { type: 'application/zip' }),
    count,
  };
}
