import { useState } from 'react';
import { Alert, Button } from '@backstage/ui';
import { RiRefreshLine } from '@remixicon/react';
import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import { Run } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaTranslation } from '../../hooks/useArenaTranslation';
import { useJobPermissions } from '../../hooks/useJobPermissions';
import { messageOf } from '../../lib/errors';
import { useArenaShell } from '../../shell';

/** Why the reports of a run could not be written, with a button to write them once more when nobody does. */
export function ReportsFailure(props: { run: Run; reason: string }) {
  const { run, reason } = props;
  const api = useApi(arenaApiRef);
  const { notify } = useArenaShell();
  const { t } = useArenaTranslation();
  const [isPending, setPending] = useState(false);
  const { cluster, namespace, jobName: name } = run;
  const may = useJobPermissions({ cluster, namespace, name });
  const isGivenUp = run.state === 'Closed';

  const retry = async () => {
    setPending(true);
    try {
      await api.retryReports(run.id);
      notify({ status: 'info', message: t('reports.retried') });
    } catch (error) {
      notify({
        status: 'danger',
        message: `${t('error.action')}: ${messageOf(toError(error))}`,
      });
    } finally {
      setPending(false);
    }
  };

  return (
    <Alert
      status={isGivenUp ? 'danger' : 'warning'}
      icon
      title={t(isGivenUp ? 'reports.failed' : 'reports.retrying')}
      description={reason}
      customActions={
        isGivenUp &&
        may.update && (
          <Button
            size="small"
            variant="secondary"
            iconStart={<RiRefreshLine />}
            isPending={isPending}
            onPress={() => {
              retry();
            }}
          >
            {t('reports.retry')}
          </Button>
        )
      }
    />
  );
}
