import { useState } from 'react';
import { toError } from '@backstage/errors';
import { useApi } from '@backstage/frontend-plugin-api';
import { arenaApiRef } from '../api';
import { messageOf } from '../lib/errors';
import { saveResponse } from '../lib/saveResponse';
import { useArenaShell } from '../shell';
import { useArenaTranslation } from './useArenaTranslation';

/** Saves a report of a run as a file, and tells when it cannot be read. */
export function useReportDownload(runId: string, name: string) {
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const { notify } = useArenaShell();
  const [isPending, setPending] = useState(false);
  const save = async () => {
    setPending(true);
    try {
      await saveResponse(await api.report(runId, name), name);
    } catch (error) {
      notify({
        status: 'danger',
        message: `${t('error.report')}: ${messageOf(toError(error))}`,
      });
    } finally {
      setPending(false);
    }
  };
  return {
    isPending,
    download: () => {
      save();
    },
  };
}
