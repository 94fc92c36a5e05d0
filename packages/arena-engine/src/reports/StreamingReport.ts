import { Writable } from 'node:stream';
import { ReportItem, ReportSummary } from '../Engine';
import { ReportFormatter } from './ReportFormatter';
import type { ReportWriter } from './ReportWriter';
import { ScenarioCells } from './ScenarioCells';
import { StreamOutput } from './StreamOutput';
import { Summariser } from './Summariser';

/** Drives a formatter over a stream. */
export class StreamingReport implements ReportWriter {
  private readonly output: StreamOutput;
  private readonly summariser = new Summariser();
  private cells?: ScenarioCells;
  private isStarted = false;

  constructor(private readonly formatter: ReportFormatter, writable: Writable) {
    this.output = new StreamOutput(writable);
  }

  write(item: ReportItem): Promise<void> | undefined {
    return this.cells?.scenario === item.scenario
      ? this.add(item, this.cells)
      : this.addFirst(item);
  }

  async end(): Promise<ReportSummary> {
    await this.start();
    try {
      await this.endScenario();
      const { summary } = this.summariser;
      await this.formatter.end(summary, this.output);
      await this.output.end();
      return summary;
    } finally {
      await this.formatter.close();
    }
  }

  async abort(reason: Error): Promise<void> {
    this.output.destroy(reason);
    await this.formatter.close();
  }

  private add(
    item: ReportItem,
    cells: ScenarioCells,
  ): Promise<void> | undefined {
    this.summariser.add(item);
    cells.add(item);
    return this.formatter.item(item, this.output);
  }

  /** Adds the first item of a scenario. */
  private async addFirst(item: ReportItem): Promise<void> {
    await this.start();
    await this.endScenario();
    this.cells = new ScenarioCells(item.scenario);
    await this.add(item, this.cells);
  }

  private async start(): Promise<void> {
    if (this.isStarted) return;
    this.isStarted = true;
    await this.formatter.start(this.output);
  }

  private async endScenario(): Promise<void> {
    if (!this.cells) return;
    const cells = this.cells.statistics();
    this.cells = undefined;
    cells.forEach(cell => this.summariser.addCell(cell));
    await this.formatter.scenarioEnd(cells, this.output);
  }
}
