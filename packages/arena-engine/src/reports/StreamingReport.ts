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

  async write(item: ReportItem): Promise<void> {
    await this.start();
    if (this.cells?.scenario !== item.scenario) {
      await this.endScenario();
      this.cells = new ScenarioCells(item.scenario);
    }
    this.summariser.add(item);
    this.cells.add(item);
    await this.formatter.item(item, this.output);
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
