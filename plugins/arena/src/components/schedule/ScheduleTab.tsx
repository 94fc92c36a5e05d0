import { useApi } from '@backstage/frontend-plugin-api';
import { Alert, Button, Card, CardBody } from '@backstage/ui';
import {
  RiPauseCircleLine,
  RiPencilLine,
  RiPlayCircleLine,
} from '@remixicon/react';
import {
  ArenaJobStatus,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { useState } from 'react';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobPermissions } from '../../hooks/useJobPermissions';
import { useQuery } from '../../hooks/useQuery';
import { isFinished } from '../../lib/jobs';
import { JobAddress } from '../../shell';
import { TrendCard, TrendChoices } from '../comparison';
import { ErrorPanel, Facts, LoadingRows, SectionCard } from '../shared';
import { FireHistory } from './FireHistory';
import { NextFires } from './NextFires';
import { readCron } from './readCron';
import styles from './Schedule.module.css';
import { ScheduleCalendar } from './ScheduleCalendar';
import { ScheduleDialog } from './ScheduleDialog';
import {
  CATCH_UPS,
  POLICIES,
  ScheduleForm,
  scheduleForm,
} from './scheduleForm';
import { useScheduleActions } from './useScheduleActions';

/** When a job is due, and what became of the times at which it was. */
export function ScheduleTab(props: {
  address: JobAddress;
  job: ArenaObject;
  /** What the trend can be narrowed to, as far as it is known. */
  choices?: TrendChoices;
}) {
  const { address, job } = props;
  const { cluster, namespace, name } = address;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const may = useJobPermissions(address);
  const version = historyVersion(job);
  const schedule = useQuery(
    signal => api.schedule({ cluster, namespace, name }, {}, { signal }),
    [api, cluster, namespace, name, version],
    { keepPrevious: true },
  );
  const { save, setSuspended, isPending } = useScheduleActions(address);
  const [isEditing, setEditing] = useState(false);
  const isOver = isFinished(job);

  if (schedule.error && !schedule.value) {
    return (
      <ErrorPanel
        title={t('schedule.error')}
        error={schedule.error}
        onRetry={schedule.reload}
      />
    );
  }
  if (!schedule.value) return <LoadingRows rows={6} />;
  const { cron, timezone, suspended, next } = schedule.value;
  const form = scheduleForm(job.spec.schedule as JsonObject);
  const reading = readCron(cron);
  const mayChange = may.update && !isOver;
  return (
    <div className={styles.schedule}>
      <Card>
        <CardBody>
          <div className={styles.head}>
            <Facts
              wideLabels
              facts={[
                [t('schedule.line'), <code key="line">{cron}</code>],
                ...(reading ? [[t('schedule.reading'), reading] as const] : []),
                [t('schedule.timezone'), timezone],
                ...factsOf(form, t),
              ]}
            />
            {mayChange && (
              <div className={styles.buttons}>
                <Button
                  variant="secondary"
                  size="small"
                  iconStart={<RiPencilLine />}
                  onPress={() => setEditing(true)}
                >
                  {t('schedule.edit')}
                </Button>
                <Button
                  variant="secondary"
                  size="small"
                  isDisabled={isPending}
                  iconStart={
                    suspended ? <RiPlayCircleLine /> : <RiPauseCircleLine />
                  }
                  onPress={() => setSuspended(!suspended)}
                >
                  {t(suspended ? 'schedule.resume' : 'schedule.suspend')}
                </Button>
              </div>
            )}
          </div>
          {suspended && !isOver && (
            <Alert status="warning" icon title={t('schedule.suspended')} />
          )}
        </CardBody>
      </Card>
      <SectionCard title={t('schedule.calendar')}>
        <ScheduleCalendar address={address} version={version} />
      </SectionCard>
      <TrendCard address={address} version={version} choices={props.choices} />
      <div className={styles.columns}>
        <SectionCard
          title={t(suspended ? 'schedule.nextWhileSuspended' : 'schedule.next')}
        >
          {isOver ? (
            <p>{t('schedule.cancelled')}</p>
          ) : (
            <NextFires fires={next} />
          )}
        </SectionCard>
        <SectionCard title={t('schedule.history')}>
          <FireHistory address={address} first={schedule.value} />
        </SectionCard>
      </div>
      {isEditing && mayChange && (
        <ScheduleDialog
          job={job.metadata}
          form={form}
          onSave={save}
          onClose={() => setEditing(false)}
        />
      )}
    </div>
  );
}

/** Changes with whatever the history may say, and not with the progress of a run, which is written every second. */
function historyVersion({ metadata, status }: ArenaObject): string {
  const { phase, run, lastScheduleTime, nextScheduleTime } = (status ??
    {}) as ArenaJobStatus;
  return JSON.stringify([
    metadata.uid,
    metadata.generation,
    phase,
    run?.id,
    lastScheduleTime,
    nextScheduleTime,
  ]);
}

/** What is set besides the times at which it is due. */
function factsOf(
  form: ScheduleForm,
  t: ReturnType<typeof useArenaTranslation>['t'],
): Array<readonly [string, string]> {
  const policy = POLICIES.find(each => each === form.concurrencyPolicy);
  const catchUp = CATCH_UPS.find(each => each === form.catchUp);
  return [
    ...(policy
      ? [[t('schedule.concurrency'), t(`schedule.policy.${policy}`)] as const]
      : []),
    ...(catchUp
      ? [[t('schedule.catchUp'), t(`schedule.catchUps.${catchUp}`)] as const]
      : []),
    ...(form.jitter ? [[t('schedule.jitter'), form.jitter] as const] : []),
  ];
}
