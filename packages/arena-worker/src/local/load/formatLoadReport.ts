import {
  LOAD_TIMES,
  LoadReport,
} from '@backstage-arena/plugin-arena-common/load';
import { formatMs } from '../../reports/load/formatMs';

/** The summary that is shown when a load test is over. */
export function formatLoadReport(report: LoadReport): string {
  const { totals, cost, thresholds, audit, search } = report;
  const failed = Object.entries(totals.failed).map(
    ([name, count]) => `${count} ${name}`,
  );
  const dropped = Object.entries(totals.dropped).map(
    ([reason, count]) => `${count} ${reason}`,
  );
  const lines = [
    '',
    `Sent ${totals.sent}${
      totals.expected === undefined ? '' : ` of ${totals.expected}`
    } (${totals.sentRate.toFixed(2)}/s${
      totals.targetRate === undefined
        ? ''
        : `, target ${totals.targetRate.toFixed(2)}/s`
    }), ${totals.succeeded} succeeded${list('failed', failed)}${list(
      'dropped',
      dropped,
    )}${totals.lost > 0 ? `, ${totals.lost} lost` : ''}`,
    `Goodput ${(totals.goodput ?? 0).toFixed(2)}/s (${totals.good} good)${
      totals.graded > 0
        ? `, ${totals.passed} of ${totals.graded} graded passed`
        : ''
    }`,
    `Tokens: ${totals.inputTokens} in, ${
      totals.outputTokens
    } out; cost ${cost.total.toFixed(6)}${
      cost.perThousand === undefined
        ? ''
        : `, ${cost.perThousand.toFixed(4)} per 1,000 requests`
    }`,
    '',
    ...timesTable(report),
  ];
  if (search) {
    lines.push(
      '',
      `Highest good rate: ${search.rate ?? 'none'}${
        search.rate === undefined ? '' : '/s'
      } (${search.reason})`,
    );
  }
  if (thresholds.length > 0) lines.push('');
  lines.push(...thresholds.map(({ metric, text }) => `${metric}: ${text}`));
  lines.push('', `Audit: ${audit.verdict}`);
  lines.push(...audit.reasons.map(reason => `  ${reason}`));
  if (report.endedBy !== 'completed') lines.push(`Ended by: ${report.endedBy}`);
  return lines.join('\n');
}

function timesTable({ totals }: LoadReport): string[] {
  const columns = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;
  const rows = LOAD_TIMES.flatMap(name => {
    const summary = totals.times[name];
    return summary
      ? [[name, ...columns.map(column => formatMs(summary[column]))]]
      : [];
  });
  if (rows.length === 0) return ['No time was measured'];
  return [['', ...columns], ...rows].map(cells =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(10)))
      .join(''),
  );
}

function list(name: string, parts: string[]): string {
  return parts.length > 0 ? `, ${name}: ${parts.join(', ')}` : '';
}
