import { ReportItem } from '../Engine';
import { markdownHead, markdownRow, markdownText } from './markdownText';
import { StreamOutput } from './StreamOutput';
import { TextSpool } from './TextSpool';

/** Passed and finished items by the index of the provider. */
type Line = [scenario: string, counts: Array<[number, number, number]>];

/** The matrix of scenarios and providers. Its head is known when the last row is, so rows wait in a spool. */
export class MatrixSpool {
  private readonly lines = new TextSpool();
  private readonly providers = new Map<string, number>();
  private scenario?: string;
  private counts = new Map<number, [passed: number, finished: number]>();

  add({ scenario, provider, status }: ReportItem): void {
    this.scenario = scenario;
    let index = this.providers.get(provider);
    if (index === undefined) {
      index = this.providers.size;
      this.providers.set(provider, index);
    }
    const [passed, finished] = this.counts.get(index) ?? [0, 0];
    this.counts.set(index, [
      passed + (status === 'passed' ? 1 : 0),
      finished + 1,
    ]);
  }

  async endScenario(): Promise<void> {
    if (this.scenario === undefined) return;
    const line: Line = [
      this.scenario,
      [...this.counts].map(([index, counts]) => [index, ...counts]),
    ];
    this.scenario = undefined;
    this.counts = new Map();
    await this.lines.write(`${JSON.stringify(line)}\n`);
  }

  async render(output: StreamOutput): Promise<void> {
    const names = [...this.providers.keys()].map(name => markdownText(name));
    await output.write(markdownHead(['Scenario', ...names]));
    let rest = '';
    for await (const text of this.lines.drain()) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) await output.write(this.row(JSON.parse(line)));
    }
  }

  async close(): Promise<void> {
    await this.lines.close();
  }

  private row([scenario, counts]: Line): string {
    const cells: string[] = Array(this.providers.size).fill('–');
    for (const [index, passed, finished] of counts) {
      cells[index] = `${passed}/${finished}`;
    }
    return markdownRow([markdownText(scenario), ...cells]);
  }
}
