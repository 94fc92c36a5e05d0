import { RunCellStatistics } from '@backstage-arena/plugin-arena-common';
import { ReportItem, ReportSummary } from '../Engine';
import { ReportFormatter } from './ReportFormatter';
import { StreamOutput } from './StreamOutput';
import { statisticsEntries } from './statisticsEntries';
import { TextSpool } from './TextSpool';
import { xmlText } from './xmlText';

interface Suite {
  name: string;
  startedAt: string;
  tests: number;
  failures: number;
  errors: number;
  durationMs: number;
}

/**
 * One suite for each scenario. The numbers of a suite stand before its cases, and those of the report before its suites,
 * so that both wait in spools until they are known.
 */
export class JUnitReport implements ReportFormatter {
  private readonly cases = new TextSpool();
  private readonly suites = new TextSpool();
  private suite?: Suite;

  constructor(private readonly title: string) {}

  async start(output: StreamOutput): Promise<void> {
    await output.write('<?xml version="1.0" encoding="UTF-8"?>\n');
  }

  async item(item: ReportItem): Promise<void> {
    this.suite ??= {
      name: item.scenario,
      startedAt: item.startedAt,
      tests: 0,
      failures: 0,
      errors: 0,
      durationMs: 0,
    };
    this.suite.tests++;
    if (item.status === 'failed') this.suite.failures++;
    if (item.status === 'errored') this.suite.errors++;
    this.suite.durationMs += item.durationMs;
    await this.cases.write(testCase(item));
  }

  async scenarioEnd(cells: readonly RunCellStatistics[]): Promise<void> {
    if (!this.suite) return;
    const { name, tests, failures, errors, durationMs, startedAt } = this.suite;
    this.suite = undefined;
    await this.suites.write(
      `  <testsuite${attributes({
        name,
        tests,
        failures,
        errors,
        skipped: 0,
        time: seconds(durationMs),
        timestamp: startedAt,
      })}>\n${properties(cells)}`,
    );
    for await (const text of this.cases.drain()) await this.suites.write(text);
    await this.suites.write('  </testsuite>\n');
  }

  async end(summary: ReportSummary, output: StreamOutput): Promise<void> {
    await output.write(
      `<testsuites${attributes({
        name: this.title,
        tests: summary.total,
        failures: summary.failed,
        errors: summary.errored,
        time: seconds(summary.durationMs),
      })}>\n`,
    );
    for await (const text of this.suites.drain()) await output.write(text);
    await output.write('</testsuites>\n');
  }

  async close(): Promise<void> {
    await this.cases.close();
    await this.suites.close();
  }
}

/** `cell.<provider>.<what>`, for each cell with more than one item. */
function properties(cells: readonly RunCellStatistics[]): string {
  if (cells.length === 0) return '';
  const lines = cells.flatMap(cell =>
    statisticsEntries(cell).map(
      ([name, value]) =>
        `      <property${attributes({
          name: `cell.${cell.provider}.${name}`,
          value,
        })}/>\n`,
    ),
  );
  return `    <properties>\n${lines.join('')}    </properties>\n`;
}

function testCase(item: ReportItem): string {
  const open = `    <testcase${attributes({
    name: caseName(item),
    classname: item.scenario,
    time: seconds(item.durationMs),
  })}`;
  const children = [verdictElement(item), systemOut(item)].filter(Boolean);
  return `${open}>\n${children
    .map(child => `      ${child}\n`)
    .join('')}    </testcase>\n`;
}

function caseName({ provider, region, variant, trial }: ReportItem): string {
  return `${provider} (region ${region}, variant ${variant + 1}, trial ${
    trial + 1
  })`;
}

function verdictElement({ status, message, error }: ReportItem): string {
  if (status === 'passed') return '';
  const text = message ?? error?.message ?? '';
  const [element, type] =
    status === 'failed'
      ? ['failure', 'ChecksFailed']
      : ['error', error ? `ExecutionError.${error.class}` : 'ExecutionError'];
  return `<${element}${attributes({ type, message: text })}>${xmlText(
    error?.message ?? text,
  )}</${element}>`;
}

function systemOut(item: ReportItem): string {
  const lines = [
    `index ${item.index}, attempt ${item.attempt}`,
    `checks ${item.checksTotal}, failed ${item.checksFailed}${
      item.score === undefined ? '' : `, score ${item.score.toFixed(4)}`
    }`,
    `turns ${item.turns}, tool calls ${item.toolCalls}`,
    `tokens ${item.inputTokens} in, ${item.outputTokens} out, cost ${item.cost}`,
  ];
  return `<system-out>${xmlText(lines.join('\n'))}</system-out>`;
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('');
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}
