import { RunCellStatistics } from '@backstage-arena/plugin-arena-common';
import { ReportItem, ReportSummary } from '../Engine';
import { itemFields } from './itemFields';
import { ReportFormatter } from './ReportFormatter';
import { StreamOutput } from './StreamOutput';
import { TextSpool } from './TextSpool';

/**
 * `{"items": [...], "cells": [...], "summary": {...}}`, one item or cell a line. The statistics of cells wait in a spool until all
 * items are written; the totals come last, when they are known.
 */
export class JsonReport implements ReportFormatter {
  private readonly cells = new TextSpool();
  private isFirst = true;
  private isFirstCell = true;

  async start(output: StreamOutput): Promise<void> {
    await output.write('{"items":[');
  }

  item(item: ReportItem, output: StreamOutput): Promise<void> | undefined {
    const separator = this.isFirst ? '' : ',';
    this.isFirst = false;
    return output.write(`${separator}\n${JSON.stringify(itemFields(item))}`);
  }

  async scenarioEnd(cells: readonly RunCellStatistics[]): Promise<void> {
    for (const cell of cells) {
      await this.cells.write(
        `${this.isFirstCell ? '' : ','}\n${JSON.stringify(cell)}`,
      );
      this.isFirstCell = false;
    }
  }

  async end(summary: ReportSummary, output: StreamOutput): Promise<void> {
    await output.write('\n],"cells":[');
    for await (const text of this.cells.drain()) await output.write(text);
    await output.write(`\n],"summary":${JSON.stringify(summary)}}\n`);
  }

  async close(): Promise<void> {
    await this.cells.close();
  }
}
