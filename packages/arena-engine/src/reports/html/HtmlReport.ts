import { createHash } from 'node:crypto';
import { RunCellStatistics } from '@backstage-arena/plugin-arena-common';
import { ReportItem, ReportSummary } from '../../Engine';
import { ReportFormatter } from '../ReportFormatter';
import { StreamOutput } from '../StreamOutput';
import { xmlText } from '../xmlText';
import { HtmlItems } from './HtmlItems';
import { HtmlMatrix } from './HtmlMatrix';
import { ITEMS_SCRIPT } from './itemsScript';
import { REPORT_STYLE } from './reportStyle';

/**
 * A page to read that needs nothing else: figures, matrix, and the items with a filter. It forbids itself everything but its own style and
 * script, whatever models and bundles said. Of very large runs it has a part, and says which.
 */
export class HtmlReport implements ReportFormatter {
  private readonly matrix = new HtmlMatrix();
  private readonly items = new HtmlItems();

  constructor(private readonly title: string) {}

  async start(output: StreamOutput): Promise<void> {
    const policy = [
      "default-src 'none'",
      `style-src ${hashOf(REPORT_STYLE)}`,
      `script-src ${hashOf(ITEMS_SCRIPT)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; ');
    await output.write(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${xmlText(this.title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<p class="kind">Evaluation</p>
<h1>${xmlText(this.title)}</h1>
`);
  }

  item(item: ReportItem): Promise<void> | undefined {
    this.matrix.add(item);
    return this.items.add(item);
  }

  async scenarioEnd(_cells: readonly RunCellStatistics[]): Promise<void> {
    await this.matrix.endScenario();
  }

  async end(summary: ReportSummary, output: StreamOutput): Promise<void> {
    await output.write(tiles(summary));
    if (summary.total === 0) {
      await output.write('<p class="note">Nothing was run.</p>\n</main>\n');
    } else {
      await output.write(
        '<h2>Results</h2>\n<p class="note">Passed and finished items.</p>\n',
      );
      await this.matrix.render(output);
      await output.write('<h2>Items</h2>\n');
      await this.items.render(output);
      await output.write(`</main>\n<script>${ITEMS_SCRIPT}</script>\n`);
    }
    await output.write('</body>\n</html>\n');
  }

  async close(): Promise<void> {
    await this.matrix.close();
    await this.items.close();
  }
}

function tiles(summary: ReportSummary): string {
  const { classes } = summary;
  const entries: Array<[string, string]> = [
    ['Items', number(summary.total)],
    ['Passed', `${number(summary.passed)} (${passRate(summary)} %)`],
    ['Failed', number(summary.failed)],
    ['Errored', number(summary.errored)],
    ...(classes
      ? [
          [
            'Stable / flaky / broken cells',
            [classes.stable, classes.flaky, classes.broken]
              .map(number)
              .join(' / '),
          ] as [string, string],
        ]
      : []),
    ['Tokens in', number(summary.inputTokens)],
    ['Tokens out', number(summary.outputTokens)],
    ['Cost', number(summary.cost)],
    [
      'Time of all items',
      `${number(Math.round(summary.durationMs / 100) / 10)} s`,
    ],
  ];
  return `<ul class="tiles">\n${entries
    .map(
      ([name, value]) =>
        `<li><span>${name}</span><b>${xmlText(value)}</b></li>\n`,
    )
    .join('')}</ul>\n`;
}

/** With commas, whoever reads it and wherever it is written. */
function number(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: 6 });
}

/** Rounded down: what missed 100 % must not be shown as having it. */
function passRate({ passRate: rate }: ReportSummary): string {
  return (Math.floor(rate * 1_000) / 10).toFixed(1);
}

/** As a policy names what stands in the page itself. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
