import { LoadFigures, LoadReport } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount } from '../../lib/format';
import {
  formatMoney,
  formatMs,
  formatRate,
  formatShare,
} from '../../load/formatLoad';
import { FiguresColumn, FiguresTable, SectionCard } from '../shared';

interface Row {
  id: string;
  figures: LoadFigures;
}

function rowsOf(figures: Record<string, LoadFigures>): Row[] {
  return Object.entries(figures)
    .map(([id, each]) => ({ id, figures: each }))
    .sort((a, b) => a.id.localeCompare(b.id));
}

/** `rate_limit 12, timeout 3`, most frequent first. */
function failedBy({ failed }: LoadFigures): string {
  return Object.entries(failed)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(', ');
}

/** Columns that need no histograms. */
function useCountColumns(currency: string) {
  const { t } = useArenaTranslation();
  const column = (
    id: string,
    label: string,
    value: (figures: LoadFigures) => string,
    more: Partial<FiguresColumn<Row>> = {},
  ): FiguresColumn<Row> => ({
    id,
    label,
    cell: ({ figures }) => value(figures),
    ...more,
  });
  return {
    column,
    start: [
      column('sent', t('load.table.sent'), f => formatCount(f.sent)),
      column('errors', t('load.table.errorRate'), f =>
        formatShare(f.errorRate),
      ),
      column('limited', t('load.table.rateLimited'), f =>
        formatCount(f.rateLimited),
      ),
    ],
    end: [
      column('goodput', t('load.table.goodput'), f => formatRate(f.goodput)),
      column('passRate', t('load.table.passRate'), f =>
        formatShare(f.passRate),
      ),
      column('tokens', t('load.table.tokens'), f =>
        formatRate(f.outputTokensPerSecond),
      ),
      column('cost', t('load.table.cost'), f => formatMoney(f.cost, currency)),
      column('failed', t('load.table.failedBy'), f => failedBy(f) || '–', {
        isText: true,
      }),
    ],
  };
}

/** Providers beside each other, under the same load at the same time. */
export function ProvidersTable(props: { report: LoadReport }) {
  const { providers, cost } = props.report;
  const { t } = useArenaTranslation();
  const { column, start, end } = useCountColumns(cost.currency);
  return (
    <SectionCard title={t('load.table.providers')}>
      <FiguresTable
        caption={t('load.table.providers')}
        isCaptionHidden
        rows={rowsOf(providers)}
        keyOf={({ id }) => id}
        columns={[
          { id: 'id', label: t('load.table.provider'), cell: row => row.id },
          ...start,
          ...(['p50', 'p95', 'p99'] as const).map(level =>
            column(level, t(`load.table.${level}`), f =>
              formatMs(f.times.latency?.[level]),
            ),
          ),
          column('ttft', t('load.table.ttft'), f =>
            formatMs(f.times.ttft?.p95),
          ),
          column('tpot', t('load.table.tpot'), f =>
            formatMs(f.times.tpot?.p50),
          ),
          ...end,
        ]}
      />
    </SectionCard>
  );
}

/** Scenarios beside each other. */
export function ScenariosTable(props: { report: LoadReport }) {
  const { scenarios, cost } = props.report;
  const { t } = useArenaTranslation();
  const { start, end } = useCountColumns(cost.currency);
  return (
    <SectionCard title={t('load.table.scenarios')}>
      <FiguresTable
        caption={t('load.table.scenarios')}
        isCaptionHidden
        rows={rowsOf(scenarios)}
        keyOf={({ id }) => id}
        columns={[
          { id: 'id', label: t('load.table.scenario'), cell: row => row.id },
          ...start,
          ...end,
        ]}
      />
    </SectionCard>
  );
}
