import { Link } from '@backstage/ui';
import { JobOverview } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { formatInterval, formatPercent, formatTime } from '../../lib/format';
import { addressOf, phaseOf, typeOf } from '../../lib/jobs';
import { nextRunOf } from '../../overview/nextRunOf';
import { useArenaShell } from '../../shell';
import { Age, FiguresTable, PhaseBadge } from '../shared';
import { PassRateTrend } from './PassRateTrend';
import styles from './Entity.module.css';

/** Jobs with their latest results, their trend and when they run next. */
export function TestsTable(props: { items: readonly JobOverview[] }) {
  const { items } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const severalClusters = new Set(items.map(one => one.cluster)).size > 1;
  return (
    <FiguresTable<JobOverview>
      caption={t('entity.latest')}
      isCaptionHidden
      rows={items}
      keyOf={({ cluster, job }) => `${cluster}/${job.metadata.uid}`}
      columns={[
        {
          id: 'name',
          label: t('column.name'),
          cell: ({ cluster, job }) => (
            <Link href={links.job(addressOf(job, cluster))}>
              {job.metadata.name}
            </Link>
          ),
        },
        ...(severalClusters
          ? [
              {
                id: 'cluster',
                label: t('cluster.label'),
                isText: true,
                cell: ({ cluster }: JobOverview) => cluster,
              },
            ]
          : []),
        {
          id: 'phase',
          label: t('column.phase'),
          isText: true,
          cell: ({ job }) => <PhaseBadge phase={phaseOf(job)} />,
        },
        {
          id: 'type',
          label: t('column.type'),
          isText: true,
          cell: ({ job }) => {
            const type = typeOf(job);
            return type === 'loadtest' || type === 'datagen'
              ? t(`type.${type}`)
              : t('type.evaluation');
          },
        },
        {
          id: 'rate',
          label: t('column.passRate'),
          cell: ({ trend: [latest] }) =>
            latest?.passRate === undefined
              ? '–'
              : `${formatPercent(latest.passRate)}${
                  latest.interval ? ` (${formatInterval(latest.interval)})` : ''
                }`,
        },
        {
          id: 'trend',
          label: t('comparison.trend.title'),
          isText: true,
          cell: ({ job, trend }) => {
            const rates = trend
              .flatMap(({ passRate }) => passRate ?? [])
              .reverse();
            return rates.length > 1 ? (
              <div className={styles.spark}>
                <PassRateTrend
                  rates={rates}
                  label={t('entity.trendOf', {
                    name: job.metadata.name,
                    rates: rates.map(formatPercent).join(', '),
                  })}
                />
              </div>
            ) : (
              '–'
            );
          },
        },
        {
          id: 'last',
          label: t('entity.lastRun'),
          cell: ({ trend: [latest], load }) => {
            const at = latest?.finishedAt ?? load?.finishedAt;
            return at ? <Age time={at} /> : '–';
          },
        },
        {
          id: 'next',
          label: t('entity.nextRun'),
          cell: ({ job }) => {
            const at = nextRunOf(job);
            return at ? <time dateTime={at}>{formatTime(at)}</time> : '–';
          },
        },
      ]}
    />
  );
}
