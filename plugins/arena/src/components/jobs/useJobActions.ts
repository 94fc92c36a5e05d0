import { useCallback } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { messageOf } from '../../lib/errors';
import { JobAddress, useArenaShell } from '../../shell';

/** Verbs on a job; each tells the reader how it went. */
export function useJobActions(address: JobAddress) {
  const api = useApi(arenaApiRef);
  const shell = useArenaShell();
  const { t } = useArenaTranslation();
  const { cluster, namespace, name } = address;

  const attempt = useCallback(
    async (work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        shell.notify({
          status: 'danger',
          message: `${t('error.action')}: ${messageOf(toError(error))}`,
        });
      }
    },
    [shell, t],
  );

  const cancel = useCallback(
    () =>
      attempt(async () => {
        await api.cancel({ cluster, namespace, name });
        shell.notify({ status: 'info', message: t('job.cancelled', { name }) });
      }),
    [api, attempt, cluster, namespace, name, shell, t],
  );

  const rerun = useCallback(
    (failedOnly: boolean) =>
      attempt(async () => {
        const created = await api.rerun(
          { cluster, namespace, name },
          { failedOnly },
        );
        shell.notify({
          status: 'success',
          message: t('job.created', { name: created.metadata.name }),
        });
        shell.navigate(
          shell.links.job({
            cluster,
            namespace: created.metadata.namespace,
            name: created.metadata.name,
          }),
        );
      }),
    [api, attempt, cluster, namespace, name, shell, t],
  );

  /** Starts a job with a schedule now. */
  const trigger = useCallback(
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

  /** Rejects when the server refuses: the dialog that asked shows it. */
  const remove = useCallback(async () => {
    await api.delete({ cluster, namespace, name, kind: 'ArenaJob' });
    shell.notify({ status: 'success', message: t('job.deleted', { name }) });
  }, [api, cluster, namespace, name, shell, t]);

  return { cancel, rerun, trigger, remove };
}
