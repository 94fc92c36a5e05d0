import { RunCellStatistics } from '@backstage-arena/plugin-arena-common';
import { ReportItem, ReportSummary } from '../Engine';
import { cellsTable } from './cellsTable';
import { markdownHead, markdownRow, markdownText } from './markdownText';
import { MatrixSpool } from './MatrixSpool';
import { ReportFormatter } from './ReportFormatter';
import { StreamOutput } from './StreamOutput';
import { TextSpool } from './TextSpool';

/** A page that people read has no use for more. */
const MAX_FAILURES = 200;

/**
 * A page to read: overview, matrix of scenarios and providers, statistics of cells with more than one item, and what did not pass.
 */
export class MarkdownReport implements ReportFormatter {
  private readonly matrix = new MatrixSpool();
  private readonly cells = new TextSpool();
  private failures: string[] = [];
  private failureCount = 0;

  constructor(private readonly title: string) {}

  async start(output: StreamOutput): Promise<void> {
    await output.write(`# ${markdownText(this.title)}\n`);
  }

  async item(item: ReportItem): Promise<void> {
    this.matrix.add(item);
    if (item.status === 'passed') return;
    this.failureCount += 1;
    if (this.failures.length < MAX_FAILURES) this.failures.push(failure(item));
  }

  async scenarioEnd(cells: readonly RunCellStatistics[]): Promise<void> {
    await this.matrix.endScenario();
    for (const cell of cells) await this.cells.write(cellsTable.row(cell));
  }

  async end(summary: ReportSummary, output: StreamOutput): Promise<void> {
    await output.write(overview(summary));
    if (summary.total === 0) return;
    await output.write('\n## Results\n\nPassed and finished items.\n\n');
    await this.matrix.render(output);
    if (summary.classes) {
      await output.write(`\n## Statistics\n\n${cellsTable.head}`);
      for await (const text of this.cells.drain()) await output.write(text);
    }
    if (this.failureCount > 0) await this.writeFailures(output);
  }

  async close(): Promise<void> {
    await this.matrix.close();
    await this.cells.close();
  }

  private async writeFailures(output: StreamOutput): Promise<void> {
    const more = this.failureCount - this.failures.length;
    await output.write('\n## Not passed\n\n');
    await output.write(
      markdownHead(['Item', 'Scenario', 'Provider', 'Trial', 'Status', 'Why']),
    );
    for (const line of this.failures) await output.write(line);
    if (more > 0) await output.write(`\nAnd ${more} more.\n`);
  }
}

function overview(summary: ReportSummary): string {
  const { classes } = summary;
  const rows: Array<[string, string]> = [
    ['Items', String(summary.total)],
    ['Passed', `${summary.passed} (${(summary.passRate * 100).toFixed(1)} %)`],
    ['Failed', String(summary.failed)],
    ['Errored', String(summary.errored)],
    ...(classes
      ? [
          [
            'Cells with several items',
            `${classes.stable} stable, ${classes.flaky} flaky, ${classes.broken} broken`,
          ] as [string, string],
        ]
      : []),
    ['Tokens', `${summary.inputTokens} in, ${summary.outputTokens} out`],
    ['Cost', summary.cost.toFixed(6)],
    ['Time of all items', `${(summary.durationMs / 1_000).toFixed(1)} s`],
  ];
  return `\n${markdownHead(['', ''])}${rows.map(markdownRow).join('')}`;
}

function failure(item: ReportItem): string {
  const { index, scenario, provider, region, variant, trial, status } = item;
  const place = [
    region === 'default' ? undefined : `region ${markdownText(region)}`,
    variant > 0 ? `variant ${variant + 1}` : undefined,
    String(trial + 1),
  ].filter(Boolean);
  return markdownRow([
    String(index),
    markdownText(scenario),
    markdownText(provider),
    place.join(', '),
    status,
    markdownText(item.message ?? item.error?.message ?? ''),
  ]);
}
