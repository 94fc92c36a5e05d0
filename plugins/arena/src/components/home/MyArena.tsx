import { ReactNode } from 'react';
import { Link } from '@backstage/ui';
import { JobOverview } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { passRateOfJob, progressOfJob } from '../../lib/counters';
import { formatPercent, formatTime } from '../../lib/format';
import { addressOf, phaseOf, statusText } from '../../lib/jobs';
import { nextRunsOf } from '../../overview/nextRunOf';
import { useArenaShell } from '../../shell';
import { MissingClusters } from '../entity/MissingClusters';
import {
  Age,
  EmptyState,
  ErrorPanel,
  LoadingRows,
  PhaseBadge,
  ProgressBar,
} from '../shared';
import styles from './Home.module.css';
import { useOwnedJobs } from './useOwnedJobs';

const SHOWN = 5;

/** What of the reader's jobs runs now, what fails, and what runs next. */
export function MyArena() {
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  const { value, error, reload } = useOwnedJobs();
  if (error && !value) {
    return (
      <ErrorPanel title={t('home.error')} error={error} onRetry={reload} />
    );
  }
  if (!value) return <LoadingRows rows={5} />;
  const { items, missing } = value;
  const all = (
    <Link className={styles.all} href={links.jobs()}>
      {t('home.all')}
    </Link>
  );
  if (items.length === 0) {
    return (
      <>
        <MissingClusters missing={missing} />
        <EmptyState
          title={t('home.none')}
          description={t('home.noneDescription')}
          action={all}
        />
      </>
    );
  }
  const running = items.filter(({ job }) => phaseOf(job) === 'Running');
  const failing = items
    .filter(({ job }) => phaseOf(job) === 'Failed')
    .sort((a, b) => endOf(b) - endOf(a));
  const next = nextRunsOf(items);
  return (
    <div className={styles.groups}>
      <MissingClusters missing={missing} />
      <Group
        title={t('home.running')}
        none={t('home.runningNone')}
        items={running}
      >
        {({ job }) => <Progress job={job} />}
      </Group>
      <Group
        title={t('home.failing')}
        none={t('home.failingNone')}
        items={failing}
      >
        {({ job }) => {
          const rate = passRateOfJob(job);
          const ended = statusText(job, 'completionTime');
          return (
            <>
              <PhaseBadge phase="Failed" />
              {rate !== undefined && <span>{formatPercent(rate)}</span>}
              {ended && <Age time={ended} />}
            </>
          );
        }}
      </Group>
      <Group title={t('home.next')} none={t('home.nextNone')} items={next}>
        {({ at }) => <time dateTime={at}>{formatTime(at)}</time>}
      </Group>
      {all}
    </div>
  );
}

function Group<T extends JobOverview>(props: {
  title: string;
  none: string;
  items: readonly T[];
  children: (item: T) => ReactNode;
}) {
  const { title, none, items, children } = props;
  const { t } = useArenaTranslation();
  const { links } = useArenaShell();
  return (
    <section aria-label={title}>
      <h3 className={styles.heading}>{title}</h3>
      {items.length === 0 && <p className={styles.none}>{none}</p>}
      {items.length > 0 && (
        <ul className={styles.list}>
          {items.slice(0, SHOWN).map(item => (
            <li
              key={`${item.cluster}/${item.job.metadata.uid}`}
              className={styles.row}
            >
              <Link
                className={styles.name}
                href={links.job(addressOf(item.job, item.cluster))}
                truncate
              >
                {item.job.metadata.name}
              </Link>
              <span className={styles.aside}>{children(item)}</span>
            </li>
          ))}
        </ul>
      )}
      {items.length > SHOWN && (
        <p className={styles.none}>
          {t('home.more', { count: items.length - SHOWN })}
        </p>
      )}
    </section>
  );
}

function Progress(props: { job: JobOverview['job'] }) {
  const { job } = props;
  const { t } = useArenaTranslation();
  const counts = progressOfJob(job);
  if (!counts || counts.total === 0) return <PhaseBadge phase="Running" />;
  return (
    <ProgressBar
      counts={counts}
      label={t('progress.label', { name: job.metadata.name })}
      showCount
    />
  );
}

function endOf({ job }: JobOverview): number {
  return Date.parse(
    statusText(job, 'completionTime') ?? job.metadata.creationTimestamp,
  );
}
