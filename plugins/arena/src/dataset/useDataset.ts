import { useApi } from '@backstage/frontend-plugin-api';
import { DatasetState } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';
import { useArenaStream } from '../hooks/useArenaStream';
import { Query, useQuery } from '../hooks/useQuery';
import { useThrottled } from '../hooks/useThrottled';

/** Something changes with every report of a worker: it is read again at most this often. */
const RELOAD_MS = 1_500;

/** How far the data generation of a run is, live; `undefined` reads none. */
export function useDataset(
  runId: string | undefined,
): Query<DatasetState | undefined> {
  const api = useApi(arenaApiRef);
  const result = useQuery<DatasetState | undefined>(
    async signal => (runId ? api.dataset(runId, { signal }) : undefined),
    [api, runId],
  );
  const reload = useThrottled(result.reload, RELOAD_MS);
  useArenaStream(runId && `run:${runId}`, message => {
    if (
      message.type === 'reset' ||
      (message.type === 'run' && message.run.id === runId)
    ) {
      reload();
    }
  });
  return result;
}
