import {
  LOAD_TIMES,
  LoadReport,
  LoadTime,
  TimeSummary,
} from '@backstage-arena/plugin-arena-common/load';
import { formatMs } from '../../formatMs';
import { money, number, percent, rate, span } from '../format';
import { html, Markup } from '../markup';
import { table } from '../table';

interface Tile {
  name: string;
  value: string;
  more?: string;
}

/** What one looks at first. */
export function figuresSection(report: LoadReport): Markup {
  const tiles = tilesOf(report);
  return html`<section>
    <h2>Key figures</h2>
    <p class="note">
      Of ${span(report.totals.measuredMs)} in measured stages; warm-up is only
      in the cost.
    </p>
    <ul class="tiles">
      ${tiles.map(
        ({ name, value, more }) =>
          html`<li>
            <span class="name">${name}</span>
            <span class="value">${value}</span>
            <span class="more">${more}</span>
          </li>`,
      )}
    </ul>
  </section>`;
}

function tilesOf({ totals, cost, search, profile }: LoadReport): Tile[] {
  const { latency, ttft } = totals.times;
  const { currency } = cost;
  const dropped = sum(totals.dropped) + totals.lost;
  const tiles: Array<Tile | undefined> = [
    search && {
      name: 'Highest good rate',
      value: search.rate === undefined ? 'none' : rate(search.rate),
      more: search.reason,
    },
    {
      name: 'Sent',
      value: number(totals.sent),
      more:
        totals.expected === undefined
          ? undefined
          : `of ${number(totals.expected)} expected${
              dropped > 0 ? `, ${number(dropped)} not sent` : ''
            }`,
    },
    {
      name: 'Rate',
      value: rate(totals.sentRate),
      more:
        totals.targetRate === undefined
          ? undefined
          : `target ${rate(totals.targetRate)}`,
    },
    {
      name: 'Goodput',
      value: rate(totals.goodput),
      more:
        totals.goodputRate === undefined
          ? undefined
          : `${percent(totals.goodputRate)} of those that ended`,
    },
    {
      name: 'Errors',
      value: percent(totals.errorRate),
      more: `${number(totals.completed - totals.succeeded)} of ${number(
        totals.completed,
      )} failed`,
    },
    latency && {
      name: 'Latency, p95',
      value: formatMs(latency.p95),
      more: `p50 ${formatMs(latency.p50)}, p99 ${formatMs(latency.p99)}`,
    },
    ttft && {
      name: 'First token, p95',
      value: formatMs(ttft.p95),
      more: `p50 ${formatMs(ttft.p50)}, p99 ${formatMs(ttft.p99)}`,
    },
    totals.graded > 0
      ? {
          name: 'Checks passed',
          value: percent(totals.passRate),
          more: `of ${number(totals.graded)} graded${
            profile.sampleRate < 1
              ? ` (a sample of ${percent(profile.sampleRate)})`
              : ''
          }`,
        }
      : undefined,
    totals.rateLimited > 0
      ? {
          name: 'Refused with 429',
          value: percent(totals.rateLimitRate),
          more: `${number(totals.rateLimited)} of ${number(
            totals.calls,
          )} calls`,
        }
      : undefined,
    {
      name: 'Output tokens',
      value: rate(totals.outputTokensPerSecond),
      more: `${number(totals.outputTokens)} out, ${number(
        totals.inputTokens,
      )} in`,
    },
    {
      name: 'Cost',
      value: money(cost.total, currency),
      more: [
        ...(cost.limit === undefined
          ? []
          : [`of ${money(cost.limit, currency)}`]),
        ...(cost.perThousand === undefined
          ? []
          : [`${money(cost.perThousand, currency)} per 1,000 conversations`]),
      ].join(', '),
    },
  ];
  return tiles.filter(tile => tile !== undefined);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

const TIME_NAMES: Readonly<Record<LoadTime, string>> = {
  latency: 'Latency',
  serviceTime: 'Service time',
  callLatency: 'Call latency',
  ttft: 'Time to first token (TTFT)',
  itl: 'Inter-token latency (ITL)',
  tpot: 'Time per output token (TPOT)',
  lateness: 'Lateness',
};

/** Percentiles of all times, and what failed or was not sent. */
export function timesSection({ totals }: LoadReport): Markup {
  const level = (head: string, key: keyof TimeSummary) => ({
    head,
    cell: ({ summary }: { summary: TimeSummary }) => formatMs(summary[key]),
  });
  const rows = LOAD_TIMES.flatMap(time => {
    const summary = totals.times[time];
    return summary ? [{ name: TIME_NAMES[time], summary }] : [];
  });
  if (rows.length === 0) {
    return html`<section>
      <h2>Times</h2>
      <p>No time was measured.</p>
    </section>`;
  }
  return html`<section>
    <h2>Times</h2>
    ${table(
      [
        { head: 'Time', kind: 'text', cell: ({ name }) => name },
        { head: 'Count', cell: ({ summary }) => number(summary.count) },
        level('Mean', 'mean'),
        level('Min', 'min'),
        level('p50', 'p50'),
        level('p90', 'p90'),
        level('p95', 'p95'),
        level('p99', 'p99'),
        level('p99.9', 'p999'),
        level('Max', 'max'),
      ],
      rows,
    )}
  </section>`;
}

const DROP_TEXT: Readonly<
  Record<keyof LoadReport['totals']['dropped'] | 'lost', string>
> = {
  late: 'due more than a second ago',
  inFlight: 'maxInFlight conversations were in flight',
  budget: 'the budget was used up',
  stopped: 'the test was stopped before',
  lost: 'no worker told what became of them',
};

/** Why conversations failed, and why others were not sent. */
export function troubleSection({ totals }: LoadReport): Markup | undefined {
  const failed = Object.entries(totals.failed);
  const dropped = Object.entries({ ...totals.dropped, lost: totals.lost })
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => ({
      what: `Not sent: ${reason} (${
        DROP_TEXT[reason as keyof typeof DROP_TEXT]
      })`,
      count,
      share: totals.expected ? count / totals.expected : undefined,
    }));
  const rows = [
    ...failed.map(([name, count]) => ({
      what: `Failed: ${name}`,
      count,
      share: totals.completed > 0 ? count / totals.completed : undefined,
    })),
    ...dropped,
  ];
  if (rows.length === 0) return undefined;
  return html`<section>
    <h2>Failed and not sent</h2>
    ${table(
      [
        { head: 'What', kind: 'prose', cell: ({ what }) => what },
        { head: 'Conversations', cell: ({ count }) => number(count) },
        { head: 'Share', cell: ({ share }) => percent(share) },
      ],
      rows,
    )}
  </section>`;
}
