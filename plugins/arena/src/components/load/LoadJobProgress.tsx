import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useNow } from '../../hooks/useNow';
import { finishedOf, ProgressCounts } from '../../lib/counters';
import { formatCompact, formatCount } from '../../lib/format';
import { plannedMsOf, runningMs } from '../../lib/loadJobs';
import { formatClock } from '../../load/formatLoad';
import { ProgressBar } from '../shared';
import { Meter } from './Meter';

/** What the counters of a load test say: its items are conversations. */
export function useConversationsText(): (counts: ProgressCounts) => string {
  const { t } = useArenaTranslation();
  return counts =>
    t('load.job.text', {
      finished: formatCount(finishedOf(counts)),
      total: formatCount(counts.total),
      passed: formatCount(counts.passed),
      failed: formatCount(counts.failed + counts.errored),
    });
}

/** How far the load test of a job is: by time while it runs, afterwards by what became of its conversations. */
export function LoadJobProgress(props: {
  job: ArenaObject;
  counts: ProgressCounts;
}) {
  const { job, counts } = props;
  const { t } = useArenaTranslation();
  const textOf = useConversationsText();
  const isRunning = runningMs(job, 0) !== undefined;
  const now = useNow(isRunning ? 5_000 : undefined);
  const label = t('progress.label', { name: job.metadata.name });
  const elapsed = runningMs(job, now);
  if (elapsed === undefined) {
    return (
      <ProgressBar
        counts={counts}
        label={label}
        text={textOf(counts)}
        showCount
      />
    );
  }
  const planned = plannedMsOf(job);
  const shown = planned === undefined ? elapsed : Math.min(elapsed, planned);
  const text =
    planned === undefined
      ? t('load.job.progressOpen', {
          elapsed: formatClock(shown),
          conversations: formatCount(finishedOf(counts)),
        })
      : t('load.job.progress', {
          elapsed: formatClock(shown),
          total: formatClock(planned),
          conversations: formatCount(finishedOf(counts)),
        });
  return (
    <Meter
      label={label}
      value={shown}
      max={planned}
      text={text}
      shortText={
        planned === undefined
          ? `${formatClock(shown)} · ${formatCompact(finishedOf(counts))}`
          : `${formatClock(shown)}/${formatClock(planned)}`
      }
    />
  );
}
