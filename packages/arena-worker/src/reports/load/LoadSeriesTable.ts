import {
  LOAD_SERIES_COLUMNS,
  loadSeriesCsv,
  LoadSeriesRow,
} from '@backstage-arena/plugin-arena-common/load';
import { LineFile } from '../LineFile';

/** A CSV file with a line for each second of a load test. */
export class LoadSeriesTable {
  readonly #file: LineFile;

  private constructor(file: LineFile) {
    this.#file = file;
  }

  static async open(path: string): Promise<LoadSeriesTable> {
    const file = await LineFile.open(path, 'w');
    await file.add(LOAD_SERIES_COLUMNS.join(','));
    return new LoadSeriesTable(file);
  }

  /** @returns undefined unless there is something to wait for */
  add(row: LoadSeriesRow): Promise<void> | undefined {
    return this.#file.add(loadSeriesCsv(row));
  }

  /** Writes what there is, for whoever reads along. */
  async flush(): Promise<void> {
    await this.#file.flush();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
