import { LoadReport } from '@backstage-arena/plugin-arena-common/load';
import { rate } from '../format';
import { html, Markup } from '../markup';
import { table } from '../table';

/** A word that says how something was judged. */
export function badge(kind: string, text: string): Markup {
  return html`<span class="badge ${kind}">${text}</span>`;
}

/** What was asked of the test; nothing without thresholds. */
export function thresholdsSection({
  thresholds,
}: LoadReport): Markup | undefined {
  if (thresholds.length === 0) return undefined;
  return html`<section>
    <h2>Thresholds</h2>
    ${table(
      [
        { head: 'Metric', kind: 'text', cell: ({ metric }) => metric },
        {
          head: 'Must be',
          kind: 'text',
          cell: ({ operator, value }) => `${operator} ${value}`,
        },
        {
          head: 'Compared',
          kind: 'text',
          cell: ({ text }) => html`<code>${text}</code>`,
        },
        {
          head: 'Result',
          kind: 'text',
          cell: ({ passed }) =>
            passed ? badge('passed', 'met') : badge('failed', 'missed'),
        },
      ],
      thresholds,
    )}
  </section>`;
}

/** The steps of a search; nothing without one. */
export function searchSection({ search }: LoadReport): Markup | undefined {
  if (!search) return undefined;
  return html`<section>
    <h2>Search for the highest good rate</h2>
    <p>
      ${search.rate === undefined
        ? 'No rate met the service levels'
        : html`The highest rate that met the service levels is
            <strong>${rate(search.rate)}</strong>`}.
      It ended because: ${search.reason}.
    </p>
    ${search.steps.length > 0 &&
    table(
      [
        { head: 'Step', cell: ({ step }) => step },
        { head: 'Rate', cell: each => rate(each.rate) },
        {
          head: 'Result',
          kind: 'text',
          cell: ({ good }) =>
            good ? badge('passed', 'good') : badge('failed', 'not good'),
        },
        { head: 'Because', kind: 'prose', cell: ({ reason }) => reason },
      ],
      search.steps.map((each, i) => ({ ...each, step: i + 1 })),
    )}
  </section>`;
}
