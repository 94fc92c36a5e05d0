import {
  AuditVerdict,
  LoadFigures,
  LoadReport,
} from '@backstage-arena/plugin-arena-common/load';
import { formatMs } from '../../formatMs';
import {
  bytes,
  clock,
  decimal,
  load,
  money,
  number,
  percent,
  span,
} from '../format';
import { html, Markup } from '../markup';
import { Column, table } from '../table';
import { badge } from './judgedSections';

/** The stages of the test. */
export function stagesSection(report: LoadReport): Markup {
  const { stages, profile, audit } = report;
  const verdicts = new Map(
    audit.perStage.map(({ stage, verdict }) => [stage, verdict]),
  );
  return html`<section>
    <h2>Stages</h2>
    ${table(
      [
        { head: 'Stage', cell: ({ index }) => index },
        {
          head: 'From – to',
          kind: 'text',
          cell: ({ startMs, endMs }) => `${clock(startMs)} – ${clock(endMs)}`,
        },
        {
          head: profile.mode === 'open' ? 'Rate' : 'In flight',
          kind: 'text',
          cell: stage =>
            `${load(stage, profile.mode)}${stage.measured ? '' : ', warm-up'}`,
        },
        {
          head: 'Expected',
          cell: ({ expected }) => expected !== undefined && number(expected),
        },
        { head: 'Sent', cell: ({ sent }) => number(sent) },
        {
          head: 'Not sent',
          cell: ({ dropped, lost }) => notSent({ ...dropped, lost }),
        },
        { head: 'Sent/s', cell: ({ sentRate }) => decimal(sentRate) },
        { head: 'Ended', cell: ({ completed }) => number(completed) },
        { head: 'Errors', cell: ({ errorRate }) => percent(errorRate) },
        {
          head: 'Goodput/s',
          cell: ({ goodput }) => decimal(goodput),
        },
        ...timeColumns(),
        {
          head: 'Lateness p99',
          cell: ({ times }) => times.lateness && formatMs(times.lateness.p99),
        },
        {
          head: 'Audit',
          kind: 'text',
          cell: ({ index }) => auditBadge(verdicts.get(index)),
        },
      ],
      stages,
    )}
  </section>`;
}

/** Figures by provider or by scenario. */
export function figuresBySection(
  title: string,
  of: Readonly<Record<string, LoadFigures>>,
  currency: string,
): Markup | undefined {
  const rows = Object.entries(of).map(([id, figures]) => ({ id, ...figures }));
  if (rows.length === 0) return undefined;
  return html`<section>
    <h2>${title}s</h2>
    ${table(
      [
        {
          head: title,
          kind: 'text',
          cell: ({ id }) => html`<code>${id}</code>`,
        },
        { head: 'Sent', cell: ({ sent }) => number(sent) },
        { head: 'Ended', cell: ({ completed }) => number(completed) },
        { head: 'Errors', cell: ({ errorRate }) => percent(errorRate) },
        { head: 'Checks passed', cell: ({ passRate }) => percent(passRate) },
        { head: 'Good', cell: ({ goodputRate }) => percent(goodputRate) },
        { head: 'Goodput/s', cell: ({ goodput }) => decimal(goodput) },
        {
          head: '429 of calls',
          cell: ({ rateLimitRate }) => percent(rateLimitRate),
        },
        ...timeColumns(),
        { head: 'Tokens in', cell: ({ inputTokens }) => number(inputTokens) },
        {
          head: 'Tokens out',
          cell: ({ outputTokens }) => number(outputTokens),
        },
        { head: 'Cost', cell: ({ cost }) => money(cost, currency) },
      ],
      rows,
    )}
  </section>`;
}

/** How workers fared: whether the figures are those of the system under test. */
export function workersSection({
  workers,
  audit,
}: LoadReport): Markup | undefined {
  if (workers.length === 0) return undefined;
  const verdicts = new Map(
    audit.perWorker.map(({ workerId, verdict }) => [workerId, verdict]),
  );
  return html`<section>
    <h2>Workers</h2>
    ${table(
      [
        {
          head: 'Worker',
          kind: 'text',
          cell: ({ workerId }) => html`<code>${workerId}</code>`,
        },
        {
          head: 'Seconds',
          cell: ({ seconds, ended, lastSecond }) =>
            ended
              ? number(seconds)
              : `${number(seconds)}, lost after ${clock(lastSecond * 1_000)}`,
        },
        {
          head: 'Silent',
          cell: ({ silentMs }) => silentMs > 0 && span(silentMs),
        },
        { head: 'Sent', cell: ({ sent }) => number(sent) },
        { head: 'Dropped', cell: ({ dropped }) => notSent(dropped) },
        {
          head: 'Lateness p99',
          cell: ({ lateness }) => lateness && formatMs(lateness.p99),
        },
        {
          head: 'Event loop p99',
          cell: ({ eventLoopDelayP99Ms }) => formatMs(eventLoopDelayP99Ms),
        },
        {
          head: 'Event loop max',
          cell: ({ eventLoopDelayMaxMs }) => formatMs(eventLoopDelayMaxMs),
        },
        {
          head: 'Time late',
          cell: ({ lateLoopShare }) => percent(lateLoopShare),
        },
        { head: 'CPU', cell: ({ cpu }) => percent(cpu) },
        { head: 'In flight', cell: ({ inFlight }) => number(inFlight) },
        {
          head: 'Connections',
          cell: ({ connectionsOpened }) => number(connectionsOpened),
        },
        {
          head: 'Reuse',
          cell: ({ connectionReuse }) => percent(connectionReuse),
        },
        { head: 'Memory', cell: ({ rssBytes }) => bytes(rssBytes) },
        {
          head: 'Audit',
          kind: 'text',
          cell: ({ workerId }) => auditBadge(verdicts.get(workerId)),
        },
      ],
      workers,
    )}
    <p class="note">Event loop and memory are those of the worst second.</p>
  </section>`;
}

function timeColumns(): Array<Column<LoadFigures>> {
  const column = (
    head: string,
    time: 'latency' | 'ttft',
    level: 'p50' | 'p95' | 'p99',
  ): Column<LoadFigures> => ({
    head: `${head} ${level}`,
    cell: ({ times }) => times[time] && formatMs(times[time][level]),
  });
  return [
    column('Latency', 'latency', 'p50'),
    column('Latency', 'latency', 'p99'),
    column('TTFT', 'ttft', 'p50'),
    column('TTFT', 'ttft', 'p99'),
  ];
}

function notSent(counts: Readonly<Record<string, number>>): string | undefined {
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${number(count)} ${reason}`);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function auditBadge(verdict: AuditVerdict | undefined): Markup | undefined {
  return verdict && badge(verdict, verdict);
}
