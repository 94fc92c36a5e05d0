import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { csvCell } from '@backstage-arena/arena-engine';
import { JsonObject, JsonValue } from '@backstage/types';
import { LineFile } from '../LineFile';
import { DatasetFormat } from './datasetNames';
import { jsonLine } from './jsonLine';

/** A file of rows that is written row by row, in memory that does not grow with them. */
export interface RowFile {
  /** @returns undefined unless there is something to wait for */
  add(row: JsonObject): Promise<void> | undefined;
  /** Completes the file, or gives it up. */
  close(): Promise<void>;
}

class JsonLines implements RowFile {
  readonly #file: LineFile;

  private constructor(file: LineFile) {
    this.#file = file;
  }

  static async open(path: string): Promise<JsonLines> {
    return new JsonLines(await LineFile.open(path, 'w'));
  }

  add(row: JsonObject): Promise<void> | undefined {
    return this.#file.add(jsonLine(row));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** A list, a row a line. */
class JsonRows implements RowFile {
  readonly #file: LineFile;
  #held: string | undefined;

  private constructor(file: LineFile) {
    this.#file = file;
  }

  static async open(path: string): Promise<JsonRows> {
    const file = await LineFile.open(path, 'w');
    await file.add('[');
    return new JsonRows(file);
  }

  add(row: JsonObject): Promise<void> | undefined {
    const before = this.#held;
    this.#held = jsonLine(row);
    return before === undefined ? undefined : this.#file.add(`${before},`);
  }

  async close(): Promise<void> {
    try {
      if (this.#held !== undefined) await this.#file.add(this.#held);
      await this.#file.add(']');
    } finally {
      await this.#file.close();
    }
  }
}

/**
 * A table. Its columns are those that it is given, then the other fields of all rows by name, so they are known at the end only: until then the rows
 * lie beside it.
 */
class CsvRows implements RowFile {
  readonly #first: readonly string[];
  readonly #found = new Set<string>();
  readonly #path: string;
  readonly #rows: JsonLines;

  private constructor(options: {
    path: string;
    columns: readonly string[];
    rows: JsonLines;
  }) {
    this.#path = options.path;
    this.#first = options.columns;
    this.#rows = options.rows;
  }

  static async open(
    path: string,
    columns: readonly string[],
  ): Promise<CsvRows> {
    const rows = await JsonLines.open(spoolOf(path));
    return new CsvRows({ path, columns, rows });
  }

  add(row: JsonObject): Promise<void> | undefined {
    for (const name of Object.keys(row)) this.#found.add(name);
    return this.#rows.add(row);
  }

  async close(): Promise<void> {
    const spool = spoolOf(this.#path);
    try {
      await this.#rows.close();
      await this.#write(spool);
    } finally {
      await rm(spool, { force: true });
    }
  }

  async #write(spool: string): Promise<void> {
    const others = [...this.#found].filter(name => !this.#first.includes(name));
    const columns = [...this.#first, ...others.sort()];
    const file = await LineFile.open(this.#path, 'w');
    try {
      await file.add(`${columns.map(csvCell).join(',')}\r`);
      const lines = createInterface({ input: createReadStream(spool) });
      for await (const line of lines) {
        const row: JsonObject = JSON.parse(line);
        const cells = columns.map(name =>
          csvCell(cellOf(Object.hasOwn(row, name) ? row[name] : undefined)),
        );
        await file.add(`${cells.join(',')}\r`);
      }
    } finally {
      await file.close();
    }
  }
}

/**
 * Opens the file of a format.
 *
 * @param options.columns - of a table: those that stand first
 */
export async function openRowFile(options: {
  format: DatasetFormat;
  path: string;
  columns?: readonly string[];
}): Promise<RowFile> {
  const { format, path, columns = [] } = options;
  switch (format) {
    case 'csv':
      return CsvRows.open(path, columns);
    case 'json':
      return JsonRows.open(path);
    default:
      return JsonLines.open(path);
  }
}

function spoolOf(path: string): string {
  return `${path}.rows`;
}

/** Nothing for null; what has parts is JSON. */
function cellOf(value: JsonValue | undefined): string | number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' || typeof value === 'string') return value;
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}
