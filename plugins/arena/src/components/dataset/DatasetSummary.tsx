import { DatasetState, Run } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useNow } from '../../hooks/useNow';
import { Query } from '../../hooks/useQuery';
import { rejectedOf, yieldOf } from '../../dataset/datasetFigures';
import { formatCount, formatDuration, formatPercent } from '../../lib/format';
import { formatMoney } from '../../load/formatLoad';
import { ErrorPanel, LoadingRows, Meter, Stat, StatRow } from '../shared';
import badges from '../shared/badges.module.css';
import styles from './Dataset.module.css';

/** Currency of costs where the job names none. */
const CURRENCY = 'USD';

/** How far data generation is and how it goes, in figures. */
export function DatasetSummary(props: {
  dataset: Query<DatasetState | undefined>;
  run: Run;
}) {
  const { dataset, run } = props;
  const { t } = useArenaTranslation();
  const state = dataset.value;
  if (!state) {
    return dataset.error ? (
      <ErrorPanel
        title={t('dataset.error')}
        error={dataset.error}
        onRetry={dataset.reload}
      />
    ) : (
      <LoadingRows rows={2} height={40} />
    );
  }
  const { rows, count, phase, endedBy } = state;
  return (
    <section className={styles.summary} aria-label={t('dataset.label')}>
      <div className={styles.badges}>
        <span
          className={badges.badge}
          data-tone={phase === 'running' ? 'Running' : 'over'}
        >
          {t(`dataset.phase.${phase}`)}
        </span>
        {endedBy && (
          <span className={styles.muted}>
            {t(`dataset.endedBy.${endedBy}`)}
          </span>
        )}
      </div>
      <div className={styles.progress}>
        <Meter
          label={t('dataset.stat.rowsBar')}
          value={rows}
          max={count}
          text={t('dataset.stat.rowsText', {
            rows: formatCount(rows),
            wanted: formatCount(count),
          })}
        />
      </div>
      <Figures state={state} run={run} />
    </section>
  );
}

function Figures(props: { state: DatasetState; run: Run }) {
  const { state, run } = props;
  const { t } = useArenaTranslation();
  const share = yieldOf(state);
  const currency = state.budget?.currency ?? CURRENCY;
  return (
    <StatRow>
      <Stat
        label={t('dataset.stat.attempts')}
        hint={t('dataset.stat.attemptsHint', {
          max: formatCount(state.maxAttempts),
        })}
      >
        {formatCount(state.attempts)}
      </Stat>
      <Stat label={t('dataset.stat.yield')} hint={t('dataset.stat.yieldHint')}>
        {share === undefined ? '–' : formatPercent(share)}
      </Stat>
      <Stat
        label={t('dataset.stat.rejected')}
        hint={t('dataset.stat.rejectedHint')}
      >
        {formatCount(rejectedOf(state))}
      </Stat>
      <Stat
        label={t('dataset.stat.surplus')}
        hint={t('dataset.stat.surplusHint')}
      >
        {formatCount(state.surplus)}
      </Stat>
      {state.unfinished > 0 && (
        <Stat
          label={t('dataset.stat.unfinished')}
          hint={t('dataset.stat.unfinishedHint')}
        >
          {formatCount(state.unfinished)}
        </Stat>
      )}
      {state.phase === 'running' && (
        <Stat
          label={t('dataset.stat.barren')}
          hint={t('dataset.stat.barrenHint')}
        >
          {formatCount(state.barren)}
        </Stat>
      )}
      <Stat label={t('dataset.stat.cost')}>
        {state.budget ? (
          <Meter
            label={t('dataset.stat.costBar')}
            value={state.cost}
            max={state.budget.limit}
            isLimit
            text={t('dataset.stat.costOf', {
              cost: formatMoney(state.cost, currency),
              limit: formatMoney(state.budget.limit, currency),
            })}
          />
        ) : (
          formatMoney(state.cost, currency)
        )}
      </Stat>
      <Stat label={t('dataset.stat.perRow')}>
        {state.rows === 0
          ? '–'
          : formatMoney(state.cost / state.rows, currency)}
      </Stat>
      <Duration run={run} />
      <Stat label={t('stat.workers')}>
        {run.workers.filter(worker => worker.state === 'running').length}
      </Stat>
    </StatRow>
  );
}

function Duration(props: { run: Run }) {
  const { startedAt, finishedAt } = props.run;
  const { t } = useArenaTranslation();
  const isRunning = startedAt !== undefined && finishedAt === undefined;
  const now = useNow(isRunning ? 1_000 : undefined);
  const end = finishedAt ? Date.parse(finishedAt) : now;
  return (
    <Stat label={t('stat.duration')}>
      {startedAt
        ? formatDuration(Math.max(0, end - Date.parse(startedAt)))
        : '–'}
    </Stat>
  );
}
