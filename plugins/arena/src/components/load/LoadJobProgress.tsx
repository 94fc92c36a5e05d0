import { ArenaObject, LoadState } from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { finishedOf, ProgressCounts } from '../../lib/counters';
import { formatCompact, formatCount } from '../../lib/format';
import { conditionsOf, isFinished, runIdOf } from '../../lib/jobs';
import { formatClock } from '../../load/formatLoad';
import { elapsedMs, plannedMs } from '../../load/loadTimes';
import { useLoadGlance } from '../../load/useLoadGlance';
import { Meter, ProgressBar } from '../shared';
import { usePhaseText } from './LoadPhaseBadge';

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
  const runId = runIdOf(job);
  return isFinished(job) || runId === undefined ? (
    <ConversationsBar job={job} counts={counts} />
  ) : (
    <RunningLoad job={job} counts={counts} runId={runId} />
  );
}

function ConversationsBar(props: { job: ArenaObject; counts: ProgressCounts }) {
  const { job, counts } = props;
  const { t } = useArenaTranslation();
  const textOf = useConversationsText();
  return (
    <ProgressBar
      counts={counts}
      label={t('progress.label', { name: job.metadata.name })}
      text={textOf(counts)}
      showCount
    />
  );
}

function RunningLoad(props: {
  job: ArenaObject;
  counts: ProgressCounts;
  runId: string;
}) {
  const { job, counts, runId } = props;
  const progressing = conditionsOf(job).find(
    ({ type }) => type === 'Progressing',
  );
  const state = useLoadGlance(runId, progressing?.message);
  return state && state.phase !== 'over' ? (
    <LoadMeter job={job} counts={counts} state={state} />
  ) : (
    <ConversationsBar job={job} counts={counts} />
  );
}

function LoadMeter(props: {
  job: ArenaObject;
  counts: ProgressCounts;
  state: LoadState;
}) {
  const { job, counts, state } = props;
  const { t } = useArenaTranslation();
  const phase = usePhaseText(state);
  const label = t('progress.label', { name: job.metadata.name });
  const elapsed = elapsedMs(state);
  if (elapsed === 0) {
    return <Meter label={label} value={0} max={undefined} text={phase} />;
  }
  const planned = plannedMs(state);
  // What is in flight at the end has no part in the length.
  const shown = planned === undefined ? elapsed : Math.min(elapsed, planned);
  const conversations = formatCount(finishedOf(counts));
  const text =
    planned === undefined
      ? t('load.job.progressOpen', {
          elapsed: formatClock(shown),
          conversations,
        })
      : t('load.job.progress', {
          elapsed: formatClock(shown),
          total: formatClock(planned),
          conversations,
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
