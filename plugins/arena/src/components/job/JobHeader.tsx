import {
  Alert,
  Button,
  Container,
  Header,
  Link,
  VisuallyHidden,
} from '@backstage/ui';
import {
  RiRestartLine,
  RiStopCircleLine,
  RiTimerFlashLine,
} from '@remixicon/react';
import {
  ARENA_ANNOTATIONS,
  ArenaObject,
  DatasetState,
  Run,
} from '@backstage-arena/plugin-arena-common';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobPermissions } from '../../hooks/useJobPermissions';
import { Query } from '../../hooks/useQuery';
import { finishedOf, ProgressCounts, progressOfJob } from '../../lib/counters';
import { formatCount, formatPercent } from '../../lib/format';
import {
  conditionsOf,
  isFinished,
  isScheduled,
  JobPhase,
  phaseOf,
  sourceOf,
  typeOf,
} from '../../lib/jobs';
import { JobAddress, useArenaShell } from '../../shell';
import { LoadWatch } from '../../load/LoadWatch';
import { JobMenu } from '../jobs/JobMenu';
import { useJobActions } from '../jobs/useJobActions';
import { CompareButton } from '../comparison';
import { DatasetSummary } from '../dataset';
import { LoadSummary } from '../load';
import { Age, PhaseBadge, ProgressBar } from '../shared';
import { JobStats } from './JobStats';
import styles from './Job.module.css';

/** Phase of a run whose job is gone. */
function phaseOfRun(run: Run): JobPhase {
  if (run.state !== 'Closed') return 'Running';
  if (run.outcome === 'Cancelled') return 'Cancelled';
  const clean = run.counters.failed + run.counters.errored === 0;
  return run.outcome === 'Completed' && clean ? 'Succeeded' : 'Failed';
}

/** Who, what, how far and how well. */
export function JobHeader(props: {
  address: JobAddress;
  job: ArenaObject | undefined;
  run: Run | undefined;
  /** Of a load test. */
  watch?: LoadWatch;
  /** Of data generation. */
  dataset?: Query<DatasetState | undefined>;
}) {
  const { address, job, run, watch, dataset } = props;
  const { t } = useArenaTranslation();
  const { links, navigate } = useArenaShell();
  let phase: JobPhase = 'Pending';
  if (job) phase = phaseOf(job);
  else if (run) phase = phaseOfRun(run);
  const counts: ProgressCounts | undefined =
    run?.counters ?? (job && progressOfJob(job));
  const created = job?.metadata.creationTimestamp ?? run?.createdAt;
  const creator =
    job?.metadata.annotations?.[ARENA_ANNOTATIONS.creator] ?? run?.creator;

  return (
    <>
      <Header
        title={address.name}
        tags={[
          { label: `${address.cluster} / ${address.namespace}` },
          { label: job ? typeOf(job) : run?.pins.type ?? '' },
        ]}
        metadata={[
          { label: t('column.phase'), value: <PhaseBadge phase={phase} /> },
          {
            label: t('column.source'),
            value: run ? (
              <Link
                href={links.source({ ...address, name: run.pins.source.name })}
              >
                {run.pins.source.name}
              </Link>
            ) : (
              (job && sourceOf(job)) || '–'
            ),
          },
          {
            label: t('column.age'),
            value: created ? <Age time={created} /> : '–',
          },
          ...(creator ? [{ label: t('column.creator'), value: creator }] : []),
        ]}
        customActions={
          <div className={styles.buttons}>
            {run?.pins.type === 'evaluation' && (
              <CompareButton address={address} run={run} />
            )}
            {job && (
              <JobButtons
                job={job}
                address={address}
                onDeleted={() =>
                  navigate(links.jobs({ cluster: address.cluster }))
                }
              />
            )}
          </div>
        }
      />
      <Container className={styles.summary}>
        {!job && <Alert status="info" icon title={t('job.gone')} />}
        {job && <Trouble job={job} phase={phase} />}
        {watch && <LoadSummary watch={watch} />}
        {dataset && run && <DatasetSummary dataset={dataset} run={run} />}
        {counts && counts.total > 0 && !watch && (
          <div className={styles.progress}>
            {!dataset && (
              <ProgressBar
                counts={counts}
                label={t('progress.label', { name: address.name })}
                showCount
              />
            )}
            <Announcement counts={counts} phase={phase} />
          </div>
        )}
        {!watch && !(dataset && run) && <JobStats job={job} run={run} />}
      </Container>
    </>
  );
}

/** Says why a job does not go on or went wrong, in the controller's words. */
function Trouble(props: { job: ArenaObject; phase: JobPhase }) {
  const ready = conditionsOf(props.job).find(one => one.type === 'Ready');
  if (props.phase === 'Succeeded' || ready?.status !== 'False') return null;
  return (
    <Alert
      status={props.phase === 'Failed' ? 'danger' : 'warning'}
      icon
      title={ready.reason}
      description={ready.message}
    />
  );
}

/** Tells screen readers of progress in steps of ten percent: not of every item. */
function Announcement(props: { counts: ProgressCounts; phase: JobPhase }) {
  const { counts, phase } = props;
  const { t } = useArenaTranslation();
  const share = counts.total === 0 ? 0 : finishedOf(counts) / counts.total;
  const step = Math.floor(share * 10) / 10;
  return (
    <VisuallyHidden aria-live="polite">
      {t('progress.announcement', {
        phase: t(`phase.${phase}`),
        percent: formatPercent(step),
        total: formatCount(counts.total),
      })}
    </VisuallyHidden>
  );
}

function JobButtons(props: {
  job: ArenaObject;
  address: JobAddress;
  onDeleted: () => void;
}) {
  const { job, address, onDeleted } = props;
  const { t } = useArenaTranslation();
  const allowed = useJobPermissions(address);
  const actions = useJobActions(address);
  const finished = isFinished(job);
  return (
    <div className={styles.buttons}>
      {allowed.cancel && !finished && (
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiStopCircleLine />}
          onPress={() => {
            actions.cancel();
          }}
        >
          {t('action.cancel')}
        </Button>
      )}
      {allowed.rerun && isScheduled(job) && !finished && (
        <Button
          size="small"
          variant="primary"
          iconStart={<RiTimerFlashLine />}
          onPress={() => {
            actions.trigger();
          }}
        >
          {t('schedule.runNow')}
        </Button>
      )}
      {allowed.rerun && !isScheduled(job) && finished && (
        <Button
          size="small"
          variant="primary"
          iconStart={<RiRestartLine />}
          onPress={() => {
            actions.rerun(false);
          }}
        >
          {t('action.rerun')}
        </Button>
      )}
      <JobMenu
        job={job}
        cluster={address.cluster}
        hideView
        onDeleted={onDeleted}
      />
    </div>
  );
}
