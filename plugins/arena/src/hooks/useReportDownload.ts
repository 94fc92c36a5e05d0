import { useApi } from '@backstage/frontend-plugin-api';
import { arenaApiRef } from '../api';
import { useArenaTranslation } from './useArenaTranslation';
import { useSaveResponse } from './useSaveResponse';

/** Saves a report of a run as a file, and tells when it cannot be read. */
export function useReportDownload(runId: string, name: string) {
  const api = useApi(arenaApiRef);
  const { t } = useArenaTranslation();
  const { isPending, save } = useSaveResponse(t('error.report'));
  return {
    isPending,
    download: () => {
      save(() => api.report(runId, name), name);
    },
  };
}
