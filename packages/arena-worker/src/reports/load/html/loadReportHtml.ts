import { createHash } from 'node:crypto';
import {
  LoadReport,
  LoadSeriesRow,
} from '@backstage-arena/plugin-arena-common/load';
import { renderChart } from './charts/renderChart';
import { loadChartFrame, loadCharts } from './loadCharts';
import { html, Markup, raw } from './markup';
import { SCRIPT } from './script';
import {
  figuresSection,
  timesSection,
  troubleSection,
} from './sections/figuresSection';
import { headerSection } from './sections/headerSection';
import { searchSection, thresholdsSection } from './sections/judgedSections';
import {
  figuresBySection,
  stagesSection,
  workersSection,
} from './sections/partsSections';
import { formulasSection, profileSection } from './sections/profileSection';
import { STYLE } from './style';

/**
 * The report of a load test as one page that needs nothing else: no network, and scripts only to show values under the pointer. It forbids
 * itself everything but its own style and script, whatever names it shows.
 *
 * @param rows - in order of time
 */
export function loadReportHtml(
  report: LoadReport,
  rows: readonly LoadSeriesRow[],
): string {
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(STYLE)}`,
    `script-src ${hashOf(SCRIPT)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { currency } = report.cost;
  const page = html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Load test: ${report.title}</title>
        ${element('style', STYLE)}
      </head>
      <body>
        <main>
          ${headerSection(report)} ${figuresSection(report)}
          ${searchSection(report)} ${thresholdsSection(report)}
          ${chartsSection(report, rows)} ${timesSection(report)}
          ${troubleSection(report)} ${stagesSection(report)}
          ${figuresBySection('Provider', report.providers, currency)}
          ${figuresBySection('Scenario', report.scenarios, currency)}
          ${workersSection(report)} ${profileSection(report)}
          ${formulasSection(report)}
        </main>
        ${element('script', SCRIPT)}
      </body>
    </html> `;
  return page.text;
}

function chartsSection(
  report: LoadReport,
  rows: readonly LoadSeriesRow[],
): Markup {
  if (rows.length === 0) {
    return html`<section>
      <h2>Course</h2>
      <p>No worker reported a second.</p>
    </section>`;
  }
  const frame = loadChartFrame(report, rows);
  return html`<section>
    <h2>Course</h2>
    <p class="note">
      Time from the start of the test, in minutes and seconds.
      ${frame.stages.some(({ isWarmUp }) => isWarmUp) && 'Shaded: warm-up.'}
    </p>
    <div class="charts">
      ${loadCharts(report, rows).map(chart => renderChart(chart, frame))}
    </div>
  </section>`;
}

/** Its content is to the letter what the policy has the hash of. */
function element(name: 'style' | 'script', content: string): Markup {
  return raw(`<${name}>${content}</${name}>`);
}

/** As a policy names what stands in the page itself. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
