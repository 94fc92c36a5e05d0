import {
  DropReason,
  LoadReport,
  LoadState,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount } from '../../lib/format';
import {
  formatClock,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
} from '../../load/formatLoad';
import { shownEndMs } from '../../load/loadTimes';
import { FiguresTable, SectionCard } from '../shared';
import { AuditBadge } from './AuditBadge';
import styles from './Load.module.css';

const DROP_REASONS: readonly DropReason[] = [
  'late',
  'inFlight',
  'budget',
  'stopped',
];

/** What each stage asked for, and what became of it. */
export function StagesTable(props: { report: LoadReport; state: LoadState }) {
  const { report, state } = props;
  const { t } = useArenaTranslation();
  const now = state.phase === 'over' ? Infinity : state.nowMs ?? 0;
  const rows = report.stages
    // What lies ahead has no figures.
    .filter(stage => stage.startMs < now)
    .map(stage => ({
      stage,
      audit: report.audit.perStage.find(each => each.stage === stage.index),
    }));
  type Row = (typeof rows)[number];
  const dropped = ({ stage }: Row) =>
    DROP_REASONS.flatMap(reason => {
      const count = stage.dropped[reason] ?? 0;
      return count > 0
        ? [`${formatCount(count)} ${t(`load.dropped.${reason}`)}`]
        : [];
    }).join(', ') || '0';
  return (
    <SectionCard title={t('load.table.stages')}>
      <FiguresTable
        caption={t('load.table.stages')}
        isCaptionHidden
        rows={rows}
        keyOf={({ stage }) => stage.index}
        columns={[
          {
            id: 'stage',
            label: t('load.table.stage'),
            cell: ({ stage }) => stage.index,
          },
          {
            id: 'time',
            label: t('load.table.time'),
            isText: true,
            cell: ({ stage }) =>
              `${formatClock(stage.startMs)} – ${formatClock(
                shownEndMs(state, stage),
              )}`,
          },
          {
            id: 'load',
            label: t('load.table.load'),
            isText: true,
            cell: ({ stage }) => (
              <>
                {stage.from === stage.to
                  ? formatNumber(stage.to)
                  : `${formatNumber(stage.from)} → ${formatNumber(stage.to)}`}
                {!stage.measured && (
                  <span className={styles.muted}>
                    {' '}
                    {t('load.table.warmUp')}
                  </span>
                )}
              </>
            ),
          },
          {
            id: 'expected',
            label: t('load.table.expected'),
            cell: ({ stage }) =>
              stage.expected === undefined ? '–' : formatCount(stage.expected),
          },
          {
            id: 'sent',
            label: t('load.table.sent'),
            cell: ({ stage }) => formatCount(stage.sent),
          },
          { id: 'dropped', label: t('load.table.dropped'), cell: dropped },
          {
            id: 'lost',
            label: t('load.table.lost'),
            cell: ({ stage }) => formatCount(stage.lost),
          },
          {
            id: 'sentRate',
            label: t('load.table.sentRate'),
            cell: ({ stage }) => formatRate(stage.sentRate),
          },
          {
            id: 'errors',
            label: t('load.table.errorRate'),
            cell: ({ stage }) => formatShare(stage.errorRate),
          },
          {
            id: 'p99',
            label: t('load.table.p99'),
            cell: ({ stage }) => formatMs(stage.times.latency?.p99),
          },
          {
            id: 'lateness',
            label: t('load.table.latenessP99'),
            cell: ({ stage }) => formatMs(stage.times.lateness?.p99),
          },
          {
            id: 'audit',
            label: t('load.table.audit'),
            isText: true,
            cell: ({ audit }) =>
              audit ? (
                <AuditBadge
                  verdict={audit.verdict}
                  title={audit.findings.map(({ reason }) => reason).join('\n')}
                />
              ) : (
                '–'
              ),
          },
        ]}
      />
    </SectionCard>
  );
}
