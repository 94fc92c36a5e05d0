import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { useCallback, useState } from 'react';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { messageOf } from '../../lib/errors';
import { JobAddress, useArenaShell } from '../../shell';

/** Verbs on a schedule; each tells the reader how it went. */
export function useScheduleActions(address: JobAddress, job: ArenaObject) {
  const api = useApi(arenaApiRef);
  const shell = useArenaShell();
  const { t } = useArenaTranslation();
  const [isPending, setPending] = useState(false);
  const { cluster, namespace, name } = address;

  const attempt = useCallback(
    async (work: () => Promise<void>) => {
      setPending(true);
      try {
        await work();
      } catch (error) {
        shell.notify({
          status: 'danger',
          message: `${t('error.action')}: ${messageOf(toError(error))}`,
        });
      } finally {
        setPending(false);
      }
    },
    [shell, t],
  );

  const runNow = useCallback(
    () =>
      attempt(async () => {
        const { metadata } = await api.trigger({ cluster, namespace, name });
        shell.notify({
          status: 'success',
          message: t('job.created', { name: metadata.name }),
        });
        shell.navigate(
          shell.links.job({ cluster, namespace, name: metadata.name }),
        );
      }),
    [api, attempt, cluster, namespace, name, shell, t],
  );

  const setSuspended = useCallback(
    (suspend: boolean) =>
      attempt(async () => {
        const { status, ...object } = job;
        const schedule = { ...(object.spec.schedule as JsonObject), suspend };
        await api.update(cluster, {
          ...object,
          spec: { ...object.spec, schedule },
        });
        shell.notify({
          status: 'info',
          message: t(
            suspend ? 'schedule.suspendedDone' : 'schedule.resumedDone',
          ),
        });
      }),
    [api, attempt, cluster, job, shell, t],
  );

  return { runNow, setSuspended, isPending };
}
