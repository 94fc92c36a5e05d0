import { useApi } from '@backstage/frontend-plugin-api';
import { Alert, Button, Card, CardBody, CardHeader } from '@backstage/ui';
import { RiPauseCircleLine, RiPlayCircleLine } from '@remixicon/react';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobPermissions } from '../../hooks/useJobPermissions';
import { useQuery } from '../../hooks/useQuery';
import { isFinished } from '../../lib/jobs';
import { JobAddress } from '../../shell';
import jobStyles from '../job/Job.module.css';
import { ErrorPanel, Facts, LoadingRows } from '../shared';
import { FireHistory } from './FireHistory';
import { NextFires } from './NextFires';
import { readCron } from './readCron';
import styles from './Schedule.module.css';
import { useScheduleActions } from './useScheduleActions';

/** When a job is due, and what became of the times at which it was. */
export function ScheduleTab(props: { address: JobAddress; job: ArenaObject }) {
  const { address, job } = props;
  const { cluster, namespace, name } = address;
  const { t } = useArenaTranslation();
  const api = useApi(arenaApiRef);
  const may = useJobPermissions(address);
  // What becomes of a fire shows in the status of the job, or changes its spec.
  const { resourceVersion } = job.metadata;
  const schedule = useQuery(
    signal => api.schedule({ cluster, namespace, name }, {}, { signal }),
    [api, cluster, namespace, name, resourceVersion],
    { keepPrevious: true },
  );
  const { setSuspended, isPending } = useScheduleActions(address);
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
  const reading = readCron(cron);
  return (
    <div className={styles.schedule}>
      <Card>
        <CardBody>
          <div className={styles.head}>
            <Facts
              facts={[
                [t('schedule.line'), <code key="line">{cron}</code>],
                ...(reading ? [[t('schedule.reading'), reading] as const] : []),
                [t('schedule.timezone'), timezone],
              ]}
            />
            <div className={styles.buttons}>
              {may.update && !isOver && (
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
              )}
            </div>
          </div>
          {suspended && !isOver && (
            <Alert status="warning" icon title={t('schedule.suspended')} />
          )}
        </CardBody>
      </Card>
      <div className={styles.columns}>
        <Card>
          <CardHeader>
            <h2 className={jobStyles.cardTitle}>
              {t(suspended ? 'schedule.nextWhileSuspended' : 'schedule.next')}
            </h2>
          </CardHeader>
          <CardBody>
            {isOver ? (
              <p>{t('schedule.cancelled')}</p>
            ) : (
              <NextFires fires={next} />
            )}
          </CardBody>
        </Card>
        <Card>
          <CardHeader>
            <h2 className={jobStyles.cardTitle}>{t('schedule.history')}</h2>
          </CardHeader>
          <CardBody>
            <FireHistory address={address} first={schedule.value} />
          </CardBody>
        </Card>
      </div>
    </div>
  );
}
