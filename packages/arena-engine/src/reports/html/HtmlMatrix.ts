import { ReportItem } from '../../Engine';
import { StreamOutput } from '../StreamOutput';
import { TextSpool } from '../TextSpool';
import { xmlText } from '../xmlText';

/** A page has no use for more. */
const MAX_SCENARIOS = 1_000;
const MAX_PROVIDERS = 40;

type Counts = [passed: number, finished: number];

/** Scenarios against providers as a table of HTML, with as many rows and columns as a page can show. Rows wait in a spool for the head. */
export class HtmlMatrix {
  private readonly rows = new TextSpool();
  private readonly providers = new Map<string, number>();
  private scenario?: string;
  private counts = new Map<number, Counts>();
  private scenarioCount = 0;

  add({ scenario, provider, status }: ReportItem): void {
    this.scenario = scenario;
    let index = this.providers.get(provider);
    if (index === undefined) {
      index = this.providers.size;
      this.providers.set(provider, index);
    }
    if (index >= MAX_PROVIDERS) return;
    const counts = this.counts.get(index) ?? [0, 0];
    if (status === 'passed') counts[0] += 1;
    counts[1] += 1;
    this.counts.set(index, counts);
  }

  async endScenario(): Promise<void> {
    const { scenario, counts } = this;
    if (scenario === undefined) return;
    this.scenario = undefined;
    this.counts = new Map();
    this.scenarioCount += 1;
    if (this.scenarioCount > MAX_SCENARIOS) return;
    await this.rows.write(`${JSON.stringify([scenario, [...counts]])}\n`);
  }

  async render(output: StreamOutput): Promise<void> {
    const names = [...this.providers.keys()].slice(0, MAX_PROVIDERS);
    await output.write(
      `<div class="scroll matrix"><table id="matrix"><thead><tr><th class="text">Scenario</th>${names
        .map(name => `<th>${xmlText(name)}</th>`)
        .join('')}</tr></thead><tbody>\n`,
    );
    let rest = '';
    for await (const text of this.rows.drain()) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        await output.write(matrixRow(JSON.parse(line), names.length));
      }
    }
    await output.write(`</tbody></table></div>\n${this.leftOut()}`);
  }

  async close(): Promise<void> {
    await this.rows.close();
  }

  private leftOut(): string {
    const parts = [
      [this.scenarioCount - MAX_SCENARIOS, 'scenarios'] as const,
      [this.providers.size - MAX_PROVIDERS, 'providers'] as const,
    ].flatMap(([more, what]) => (more > 0 ? [`${more} more ${what}`] : []));
    return parts.length === 0
      ? ''
      : `<p class="note">Not shown: ${parts.join(
          ' and ',
        )}. The other reports have them.</p>\n`;
  }
}

function matrixRow(
  [scenario, counts]: [string, Array<[number, Counts]>],
  width: number,
): string {
  const cells: string[] = Array(width).fill('<td class="none">–</td>');
  for (const [index, [passed, finished]] of counts) {
    let kind = 'some';
    if (passed === finished) kind = 'all';
    else if (passed === 0) kind = 'no';
    cells[index] = `<td class="${kind}">${passed}/${finished}</td>`;
  }
  return `<tr><th class="text">${xmlText(scenario)}</th>${cells.join(
    '',
  )}</tr>\n`;
}
