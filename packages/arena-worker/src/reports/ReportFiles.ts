import { createWriteStream, mkdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  createReportWriter,
  ReportFormat,
  ReportItem,
  ReportKind,
  ReportSummary,
  ReportWriter,
} from '@backstage-arena/arena-engine';
import {
  REPORT_CONTENT_TYPES,
  REPORT_FORMATS,
  REPORT_NAMES,
} from './reportNames';

export interface WrittenReport {
  name: string;
  path: string;
  contentType: string;
}

export interface ReportFilesOptions {
  formats: readonly string[];
  /** Exists. */
  directory: string;
  /** Absolute paths of reports that go elsewhere. */
  files?: Partial<Record<ReportKind, string>>;
  title: string;
}

interface OpenReport extends WrittenReport {
  kind: ReportKind;
  temporary: string;
  writer: ReportWriter;
}

/** The reports of a run in all formats, written row by row. A report appears under its name when it is whole. */
export class ReportFiles {
  readonly #reports: OpenReport[];

  /** @throws Error when a format is not known. */
  constructor(options: ReportFilesOptions) {
    this.#reports = kindsOf(options.formats).map(kind =>
      openReport(kind, options),
    );
  }

  /**
   * Rows come in order of index.
   *
   * @returns undefined when the next row may come at once
   */
  write(row: ReportItem): Promise<void> | undefined {
    let waiting: Array<Promise<void>> | undefined;
    for (const { writer } of this.#reports) {
      const written = writer.write(row);
      if (written) (waiting ??= []).push(written);
    }
    return waiting && Promise.all(waiting).then(() => {});
  }

  /** Completes all reports. What fails is to be followed by {@link ReportFiles.abort}. */
  async end(): Promise<{ reports: WrittenReport[]; summary: ReportSummary }> {
    const summaries: ReportSummary[] = [];
    for (const { writer } of this.#reports) summaries.push(await writer.end());
    const [summary] = summaries;
    const written: WrittenReport[] = [];
    for (const { kind, temporary, name, path, contentType } of this.#reports) {
      if (kind === 'statistics' && !summary.classes) {
        // Each cell has one item: the table is empty, and an older one would be wrong.
        await rm(temporary, { force: true });
        await rm(path, { force: true });
      } else {
        await rename(temporary, path);
        written.push({ name, path, contentType });
      }
    }
    return { reports: written, summary };
  }

  /** Gives up; nothing is left behind. */
  async abort(error: unknown): Promise<void> {
    const reason = error instanceof Error ? error : new Error(String(error));
    for (const { writer, temporary } of this.#reports) {
      await writer.abort(reason);
      await rm(temporary, { force: true });
    }
  }
}

/** Items and cells are tables of different columns, so CSV is two files. */
function kindsOf(formats: readonly string[]): ReportKind[] {
  const kinds = new Set<ReportKind>();
  for (const format of formats.map(knownFormat)) {
    kinds.add(format);
    if (format === 'csv') kinds.add('statistics');
  }
  // The totals come from a writer, so there is always one.
  if (kinds.size === 0) kinds.add('json');
  return [...kinds];
}

function openReport(kind: ReportKind, options: ReportFilesOptions): OpenReport {
  const path =
    options.files?.[kind] ?? join(options.directory, REPORT_NAMES[kind]);
  const name = basename(path);
  mkdirSync(dirname(path), { recursive: true });
  // Beside its place, so that the last step is on one disk.
  const temporary = join(dirname(path), `.${name}.${process.pid}.tmp`);
  return {
    kind,
    name,
    path,
    contentType: REPORT_CONTENT_TYPES[kind],
    temporary,
    writer: createReportWriter(kind, createWriteStream(temporary), {
      title: options.title,
    }),
  };
}

function knownFormat(format: string): ReportFormat {
  const known = REPORT_FORMATS.find(name => name === format);
  if (known) return known;
  throw new Error(
    `The report format '${format}' is not known: allowed are ${REPORT_FORMATS.join(
      ', ',
    )}`,
  );
}
