import { writeFile } from 'node:fs/promises';
import {
  DatasetCoverage,
  DatasetRow,
  DatasetState,
} from '@backstage-arena/plugin-arena-common/datagen';
import { LineFile } from '../LineFile';
import type { WrittenReport } from '../ReportFiles';
import { DatasetFormat, datasetFiles } from './datasetNames';
import { jsonLine } from './jsonLine';
import { openRowFile, RowFile } from './RowFile';

/** All files of generated data, written row by row. */
export class DatasetFiles {
  readonly #files: ReturnType<typeof datasetFiles>;
  readonly #rows: RowFile;
  readonly #provenance: LineFile;
  readonly #coverage = new DatasetCoverage();

  private constructor(options: {
    files: ReturnType<typeof datasetFiles>;
    rows: RowFile;
    provenance: LineFile;
  }) {
    this.#files = options.files;
    this.#rows = options.rows;
    this.#provenance = options.provenance;
  }

  /**
   * @param options.directory - exists
   * @param options.columns - of a table: those that stand first
   */
  static async open(options: {
    format: DatasetFormat;
    columns?: readonly string[];
    directory: string;
  }): Promise<DatasetFiles> {
    const { format, columns, directory } = options;
    const files = datasetFiles(format, directory);
    const provenance = await LineFile.open(files.provenance.path, 'w');
    try {
      const { path } = files.data;
      const rows = await openRowFile({ format, path, columns });
      return new DatasetFiles({ files, rows, provenance });
    } catch (error) {
      await provenance.close();
      throw error;
    }
  }

  /**
   * Rows come in order of number; a line of the provenance belongs to the row of the same number.
   *
   * @param runId - of the run that generated it
   */
  async add(row: DatasetRow, runId: string): Promise<void> {
    this.#coverage.add(row);
    const { row: content, ...provenance } = row;
    await this.#rows.add(content);
    await this.#provenance.add(jsonLine({ ...provenance, run: runId }));
  }

  /** Completes all files. */
  async end(state: DatasetState): Promise<WrittenReport[]> {
    await this.close();
    const { data, provenance, coverage } = this.#files;
    await writeFile(
      coverage.path,
      `${JSON.stringify(this.#coverage.report(state), null, 2)}\n`,
    );
    return [data, provenance, coverage];
  }

  /** Leaves the files as they are. */
  async close(): Promise<void> {
    try {
      await this.#rows.close();
    } finally {
      await this.#provenance.close();
    }
  }
}
