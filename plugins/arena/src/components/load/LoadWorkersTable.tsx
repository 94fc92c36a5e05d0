import {
  LoadReport,
  LoadWorkerReport,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatCount } from '../../lib/format';
import { formatClock, formatMs, formatShare } from '../../load/formatLoad';
import { FiguresTable, SectionCard } from '../shared';
import { AuditBadge } from './AuditBadge';

function droppedOf({ dropped }: LoadWorkerReport): number {
  return Object.values(dropped).reduce((sum, count) => sum + (count ?? 0), 0);
}

/** How those fared that sent the load: whether their own figures can be trusted. */
export function LoadWorkersTable(props: { report: LoadReport }) {
  const { workers, audit } = props.report;
  const { t } = useArenaTranslation();
  const rows = workers.map(worker => ({
    worker,
    audit: audit.perWorker.find(each => each.workerId === worker.workerId),
  }));
  return (
    <SectionCard title={t('load.table.workers')}>
      <FiguresTable
        caption={t('load.table.workers')}
        isCaptionHidden
        rows={rows}
        keyOf={({ worker }) => worker.workerId}
        columns={[
          {
            id: 'worker',
            label: t('load.table.worker'),
            cell: ({ worker }) => worker.workerId,
          },
          {
            id: 'sent',
            label: t('load.table.sent'),
            cell: ({ worker }) => formatCount(worker.sent),
          },
          {
            id: 'dropped',
            label: t('load.table.dropped'),
            cell: ({ worker }) => formatCount(droppedOf(worker)),
          },
          {
            id: 'lateness',
            label: t('load.table.latenessP99'),
            cell: ({ worker }) => formatMs(worker.lateness?.p99),
          },
          {
            id: 'eventLoop',
            label: t('load.table.eventLoop'),
            cell: ({ worker }) =>
              `${formatMs(worker.eventLoopDelayP99Ms)} / ${formatMs(
                worker.eventLoopDelayMaxMs,
              )}`,
          },
          {
            id: 'cpu',
            label: t('load.table.cpu'),
            cell: ({ worker }) => formatShare(worker.cpu),
          },
          {
            id: 'inFlight',
            label: t('load.table.inFlight'),
            cell: ({ worker }) => formatCount(worker.inFlight),
          },
          {
            id: 'reuse',
            label: t('load.table.reuse'),
            cell: ({ worker }) => formatShare(worker.connectionReuse),
          },
          {
            id: 'last',
            label: t('load.table.lastHeard'),
            cell: ({ worker }) =>
              worker.ended
                ? t('load.table.ended')
                : t('load.table.atSecond', {
                    time: formatClock(worker.lastSecond * 1_000),
                  }),
          },
          {
            id: 'audit',
            label: t('load.table.audit'),
            isText: true,
            cell: each =>
              each.audit ? (
                <AuditBadge
                  verdict={each.audit.verdict}
                  title={each.audit.findings
                    .map(({ reason }) => reason)
                    .join('\n')}
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
