import { join } from 'node:path';
import { DatasetProfile } from '@backstage-arena/plugin-arena-common/datagen';
import type { WrittenReport } from '../ReportFiles';

export type DatasetFormat = DatasetProfile['format'];

const CONTENT_TYPES: Readonly<Record<DatasetFormat, string>> = {
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  csv: 'text/csv',
};

/** The files of generated data as they are in a folder: the rows, where they come from, and what they consist of. */
export function datasetFiles(
  format: DatasetFormat,
  directory: string,
): Record<'data' | 'provenance' | 'coverage', WrittenReport> {
  const file = (name: string, contentType: string): WrittenReport => ({
    name,
    path: join(directory, name),
    contentType,
  });
  return {
    data: file(`data.${format}`, CONTENT_TYPES[format]),
    provenance: file('provenance.jsonl', 'application/x-ndjson'),
    coverage: file('coverage.json', 'application/json'),
  };
}
