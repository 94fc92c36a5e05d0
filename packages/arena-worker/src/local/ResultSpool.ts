import { createReadStream } from 'node:fs';
import { FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ReportItem } from '@backstage-arena/arena-engine';
import {
  cellAt,
  ItemReport,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';

/**
 * Results of a local run on disk, in order of index: reports are written from here as often as there are formats, and memory
 * stays flat.
 */
export class ResultSpool {
  readonly #rowsPath: string;
  readonly #plan: RunPlan;
  readonly #rows: FileHandle;
  readonly #transcripts: FileHandle;

  private constructor(options: {
    rowsPath: string;
    plan: RunPlan;
    rows: FileHandle;
    transcripts: FileHandle;
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
      rows: await open(rowsPath, 'wx'),
      transcripts: await open(options.transcriptsPath, 'w'),
    });
  }

  async add(report: ItemReport): Promise<ReportItem> {
    const { transcript, ...rest } = report;
    const row = toReportItem(this.#plan, rest);
    await this.#rows.write(`${JSON.stringify(row)}\n`);
    if (transcript !== undefined) {
      await this.#transcripts.write(`${transcript}\n`);
    }
    return row;
  }

  async *rows(): AsyncGenerator<ReportItem> {
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
