import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ReportItem } from '@backstage-arena/arena-engine';
import {
  cellAt,
  ItemReport,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import { LineFile } from './LineFile';

/**
 * Results of a local run on disk, in order of index: reports are written from here as often as there are formats, and memory
 * stays flat.
 */
export class ResultSpool {
  readonly #rowsPath: string;
  readonly #plan: RunPlan;
  readonly #rows: LineFile;
  readonly #transcripts: LineFile;

  private constructor(options: {
    rowsPath: string;
    plan: RunPlan;
    rows: LineFile;
    transcripts: LineFile;
  }) {
    this.#rowsPath = options.rowsPath;
    this.#plan = options.plan;
    this.#rows = options.rows;
    this.#transcripts = options.transcripts;
  }

  static async open(options: {
    plan: RunPlan;
    directory: string;
    /** One JSON text a line. */
    transcriptsPath: string;
  }): Promise<ResultSpool> {
    const rowsPath = join(options.directory, 'rows.ndjson');
    return new ResultSpool({
      rowsPath,
      plan: options.plan,
      rows: await LineFile.open(rowsPath, 'wx'),
      transcripts: await LineFile.open(options.transcriptsPath, 'w'),
    });
  }

  async add(report: ItemReport): Promise<ReportItem> {
    const { transcript, ...rest } = report;
    const row = toReportItem(this.#plan, rest);
    await this.#rows.add(JSON.stringify(row));
    if (transcript !== undefined) await this.#transcripts.add(transcript);
    return row;
  }

  async *rows(): AsyncGenerator<ReportItem> {
    await this.#rows.flush();
    const lines = createInterface({ input: createReadStream(this.#rowsPath) });
    for await (const line of lines) yield JSON.parse(line) as ReportItem;
  }

  async close(): Promise<void> {
    await this.#rows.close();
    await this.#transcripts.close();
  }
}

export function toReportItem(
  plan: RunPlan,
  report: Omit<ItemReport, 'transcript'>,
): ReportItem {
  const cell = cellAt(plan, report.index);
  return {
    ...report,
    scenario: cell.scenario.id,
    provider: cell.provider.id,
    region: cell.region,
    variant: cell.variant,
    trial: cell.trial,
  };
}
