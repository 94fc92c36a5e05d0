import { LoadReport } from '@backstage-arena/plugin-arena-common/load';
import { moment, number, rate, span } from '../format';
import { html, Markup } from '../markup';
import { verdictOf } from '../verdict';

const AUDIT_TEXT: Readonly<Record<LoadReport['audit']['verdict'], string>> = {
  valid: 'The load that was asked for is the load that was sent, on time.',
  suspect: 'To be read with care:',
  invalid: 'The figures cannot be believed:',
};

/** What was tested, whether it passed, and whether that can be believed. */
export function headerSection(report: LoadReport): Markup {
  const { audit } = report;
  const { name, reasons } = verdictOf(report);
  return html`<header>
    <p class="kind">Load test</p>
    <h1>${report.title}</h1>
    <p class="facts">${factsOf(report).join(' · ')}</p>
    <div class="verdicts">
      <section class="verdict ${name.toLowerCase()}">
        <h2>${name}</h2>
        ${reasons.length > 0
          ? list(reasons)
          : html`<p>${passedText(report)}</p>`}
      </section>
      <section class="verdict ${audit.verdict}">
        <h2>Audit: ${audit.verdict}</h2>
        <p>${AUDIT_TEXT[audit.verdict]}</p>
        ${list(audit.reasons)}
      </section>
    </div>
  </header>`;
}

function factsOf({ startedAt, elapsedMs, profile }: LoadReport): string[] {
  const { mode, stages, search, vusPerWorker } = profile;
  const peak = Math.max(...stages.map(({ from, to }) => Math.max(from, to)));
  let course = `Open loop, at most ${rate(peak)}`;
  if (search) {
    course = `Search from ${rate(search.startRPS)} to ${rate(search.maxRPS)}`;
  } else if (mode === 'closed') {
    course = `Closed loop, at most ${number(
      peak * vusPerWorker,
    )} in flight for each worker`;
  }
  return [course, `Started ${moment(startedAt)}`, `Took ${span(elapsedMs)}`];
}

function passedText({ thresholds, search }: LoadReport): string {
  const parts = [
    'The test came to its end',
    ...(search ? ['a rate was found'] : []),
    ...(thresholds.length > 0 ? ['all thresholds are met'] : []),
  ];
  return `${parts.join(', and ')}.`;
}

function list(items: readonly string[]): Markup | undefined {
  if (items.length === 0) return undefined;
  return html`<ul>
    ${items.map(item => html`<li>${item}</li>`)}
  </ul>`;
}
