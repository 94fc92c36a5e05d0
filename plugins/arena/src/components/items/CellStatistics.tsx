import { useEffect, useRef } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  MatrixCell,
  RunCellStatistics,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { useThrottled } from '../../hooks/useThrottled';
import { finishedOf } from '../../lib/counters';
import { formatCount, formatInterval, formatPercent } from '../../lib/format';
import {
  CellClassBadge,
  ErrorPanel,
  LoadingRows,
  Stat,
  StatRow,
} from '../shared';
import { LatencyTable } from './LatencyTable';
import { TrialsTable } from './TrialsTable';
import styles from './CellStatistics.module.css';

/** The server reads all items of the cell for it. */
const RELOAD_MS = 5000;

/** Everything that the trials of one cell say together. Follows a running job. */
export function CellStatistics(props: {
  runId: string;
  scenario: string;
  provider: string;
  cell: MatrixCell;
}) {
  const { runId, scenario, provider, cell } = props;
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const page = useQuery(
    signal =>
      api.statistics(
        runId,
        { scenario: [scenario], provider: [provider], limit: 1 },
        { signal },
      ),
    [api, runId, scenario, provider],
  );
  const reload = useThrottled(page.reload, RELOAD_MS);
  const finished = finishedOf(cell);
  const seen = useRef(finished);
  useEffect(() => {
    // A reload would give up the one that is on its way.
    if (page.loading || seen.current === finished) return;
    seen.current = finished;
    reload();
  }, [finished, page.loading, reload]);

  const statistics = page.value?.items[0];
  const title = t('statistics.title', { scenario, provider });
  return (
    <section className={styles.panel} aria-label={title}>
      <div className={styles.head}>
        <h2 className={styles.title}>{title}</h2>
        {statistics?.class && <CellClassBadge class={statistics.class} />}
      </div>
      {page.error && !page.value && (
        <ErrorPanel
          title={t('error.statistics')}
          error={page.error}
          onRetry={page.reload}
        />
      )}
      {!page.value && !page.error && <LoadingRows rows={2} />}
      {statistics && (
        <>
          <Facts statistics={statistics} />
          <div className={styles.tables}>
            {statistics.trials.length > 0 && (
              <TrialsTable trials={statistics.trials} />
            )}
            {statistics.duration && (
              <LatencyTable
                duration={statistics.duration}
                ttft={statistics.ttft}
              />
            )}
          </div>
        </>
      )}
    </section>
  );
}

function Facts(props: { statistics: RunCellStatistics }) {
  const { passRate, interval, judged, passed, unjudged, score } =
    props.statistics;
  const { t } = useArenaTranslation();
  return (
    <StatRow>
      <Stat label={t('statistics.passRate')}>
        {passRate === undefined ? '–' : formatPercent(passRate)}
      </Stat>
      {interval && (
        <Stat
          label={t('statistics.interval')}
          hint={t('statistics.intervalHint')}
        >
          {formatInterval(interval)}
        </Stat>
      )}
      <Stat label={t('statistics.judged')}>
        {formatCount(passed)}/{formatCount(judged)}
      </Stat>
      {unjudged > 0 && (
        <Stat
          label={t('statistics.unjudged')}
          hint={t('statistics.unjudgedHint')}
        >
          {formatCount(unjudged)}
        </Stat>
      )}
      {score && (
        <Stat
          label={t('statistics.score')}
          hint={t('statistics.scoreHint', {
            items: formatCount(score.count),
          })}
        >
          {score.mean.toFixed(2)}
          {score.standardDeviation !== undefined &&
            ` ± ${score.standardDeviation.toFixed(2)}`}
        </Stat>
      )}
    </StatRow>
  );
}
