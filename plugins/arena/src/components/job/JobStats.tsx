import { ArenaObject, Run } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useNow } from '../../hooks/useNow';
import { finishedOf, passRateOf, passRateOfJob } from '../../lib/counters';
import {
  formatCompact,
  formatCost,
  formatCount,
  formatDuration,
  formatPercent,
} from '../../lib/format';
import { statusNumber, statusText } from '../../lib/jobs';
import { formatMoney } from '../../load/formatLoad';
import { Meter, Stat, StatRow } from '../shared';

/** The numbers of a run at a glance. */
export function JobStats(props: {
  job: ArenaObject | undefined;
  run: Run | undefined;
}) {
  const { job, run } = props;
  const { t } = useArenaTranslation();
  const counters = run?.counters;
  const start = run?.startedAt ?? (job && statusText(job, 'startTime'));
  const end = run?.finishedAt ?? (job && statusText(job, 'completionTime'));
  const running = start !== undefined && end === undefined;
  const now = useNow(running ? 1000 : undefined);

  const deciding = run?.verdict ?? counters;
  const rate = deciding ? passRateOf(deciding) : job && passRateOfJob(job);
  const duration = start && (end ? Date.parse(end) : now) - Date.parse(start);
  const finished = counters ? finishedOf(counters) : 0;
  const workers =
    run?.workers.filter(worker => worker.state === 'running').length ??
    (job && statusNumber(job, 'activeWorkers'));

  return (
    <StatRow>
      <Stat
        label={t('stat.passRate')}
        hint={run?.verdict && t('stat.passRateFirstTrials')}
      >
        {rate === undefined ? '–' : formatPercent(rate)}
      </Stat>
      {counters && (
        <>
          <Stat label={t('stat.passed')}>{formatCount(counters.passed)}</Stat>
          <Stat label={t('stat.failed')}>{formatCount(counters.failed)}</Stat>
          <Stat label={t('stat.errored')} hint={t('stat.erroredHint')}>
            {formatCount(counters.errored)}
          </Stat>
          <Cost cost={counters.cost} budget={run?.budget} />
          <Stat
            label={t('stat.tokens')}
            hint={t('stat.tokensHint', {
              input: formatCount(counters.inputTokens),
              output: formatCount(counters.outputTokens),
            })}
          >
            {formatCompact(counters.inputTokens + counters.outputTokens)}
          </Stat>
          <Stat label={t('stat.perItem')}>
            {finished > 0
              ? formatDuration(counters.durationMs / finished)
              : '–'}
          </Stat>
        </>
      )}
      <Stat label={t('stat.duration')}>
        {duration === undefined || duration === ''
          ? '–'
          : formatDuration(Math.max(0, duration))}
      </Stat>
      <Stat label={t('stat.workers')}>{workers ?? 0}</Stat>
    </StatRow>
  );
}

function Cost(props: { cost: number; budget: Run['budget'] }) {
  const { cost, budget } = props;
  const { t } = useArenaTranslation();
  if (!budget) return <Stat label={t('stat.cost')}>{formatCost(cost)}</Stat>;
  const { limit, currency, granted, exhausted } = budget;
  return (
    <Stat
      label={t('stat.cost')}
      hint={t(exhausted ? 'stat.costExhausted' : 'stat.costHint')}
    >
      <Meter
        label={t('stat.costBar')}
        value={cost}
        max={limit}
        isLimit
        text={t('stat.costOf', {
          cost: formatMoney(cost, currency),
          limit: formatMoney(limit, currency),
          granted: formatMoney(granted, currency),
        })}
      />
    </Stat>
  );
}
