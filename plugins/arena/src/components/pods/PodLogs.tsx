import { useEffect, useState } from 'react';
import { LogViewer } from '@backstage/core-components';
import { useApi } from '@backstage/frontend-plugin-api';
import { kubernetesApiRef } from '@backstage/plugin-kubernetes-react';
import { Switch } from '@backstage/ui';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useQuery } from '../../hooks/useQuery';
import { EmptyState, ErrorPanel, LoadingRows } from '../shared';
import { isAlive, Pod } from './podState';
import { readableLog } from './readableLog';
import { MAX_LOG_LINES, readPodLog } from './readPodLog';
import styles from './Pods.module.css';

const FOLLOW_MS = 3000;

/** What a container wrote, and goes on writing. */
export function PodLogs(props: {
  cluster: string;
  pod: Pod;
  container: string;
}) {
  const { cluster, pod, container } = props;
  const { t } = useArenaTranslation();
  const kubernetes = useApi(kubernetesApiRef);
  const [follow, setFollow] = useState(true);
  const [previous, setPrevious] = useState(false);
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const { hasStarted, hasRestarted } = historyOf(pod, container);
  const alive = isAlive(pod) && !previous;
  const logs = useQuery(
    async () =>
      hasStarted
        ? readPodLog(kubernetes, {
            cluster,
            namespace,
            pod: name,
            container,
            previous,
          })
        : undefined,
    // Once more when it has ended: that has its last words.
    [
      kubernetes,
      cluster,
      namespace,
      name,
      container,
      previous,
      hasStarted,
      alive,
    ],
    { keepPrevious: true },
  );
  const { reload } = logs;
  useEffect(() => {
    if (!follow || !alive || !hasStarted) return undefined;
    const timer = setInterval(() => {
      // Nobody reads along in a tab that is not seen.
      if (document.visibilityState !== 'hidden') reload();
    }, FOLLOW_MS);
    return () => clearInterval(timer);
  }, [follow, alive, hasStarted, reload]);

  if (!hasStarted) {
    return (
      <EmptyState
        title={t('pods.notStarted')}
        description={t('pods.notStartedDescription')}
      />
    );
  }
  const { text, isCut } = logs.value ?? {};
  return (
    <section className={styles.logs} aria-label={t('pods.logsOf', { name })}>
      <div className={styles.logsBar}>
        {alive && (
          <Switch
            label={t('pods.follow')}
            isSelected={follow}
            onChange={setFollow}
          />
        )}
        {hasRestarted && (
          <Switch
            label={t('pods.previous')}
            isSelected={previous}
            onChange={setPrevious}
          />
        )}
      </div>
      {logs.error && (
        <ErrorPanel
          title={t('error.logs')}
          error={logs.error}
          onRetry={reload}
        />
      )}
      {text === undefined && !logs.error && <LoadingRows rows={8} />}
      {text === '' && <EmptyState title={t('pods.noLogs')} />}
      {isCut && (
        <p className={styles.message}>
          {t('pods.lastLines', {
            lines: String(MAX_LOG_LINES),
            command: `kubectl logs -n ${namespace} ${name} -c ${container}${
              previous ? ' --previous' : ''
            }`,
          })}
        </p>
      )}
      {text && (
        <div className={styles.logsText}>
          <LogViewer text={readableLog(text)} textWrap />
        </div>
      )}
    </section>
  );
}

function historyOf(
  pod: Pod,
  container: string,
): { hasStarted: boolean; hasRestarted: boolean } {
  const status = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
  ].find(one => one.name === container);
  return {
    hasStarted: Boolean(
      status?.state?.running ||
        status?.state?.terminated ||
        status?.lastState?.terminated,
    ),
    hasRestarted: (status?.restartCount ?? 0) > 0,
  };
}
