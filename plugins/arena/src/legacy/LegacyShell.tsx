import { ReactNode, useMemo } from 'react';
import { alertApiRef, useApi, useRouteRef } from '@backstage/core-plugin-api';
import {
  ArenaShell,
  ArenaShellProvider,
  useNavigateTo,
  withSearch,
} from '../shell';
import { rootRouteRef } from './routes';

const SEVERITIES = {
  success: 'success',
  info: 'info',
  danger: 'error',
} as const;

/** The shell in apps on `@backstage/core-plugin-api`. */
export function LegacyShell(props: { children: ReactNode }) {
  const alertApi = useApi(alertApiRef);
  const navigate = useNavigateTo();
  const root = useRouteRef(rootRouteRef)();

  const shell = useMemo<ArenaShell>(() => {
    const to = (...segments: string[]) =>
      [root, ...segments.map(encodeURIComponent)].join('/');
    return {
      links: {
        jobs: search => withSearch(to('jobs'), search),
        sources: search => withSearch(to('sources'), search),
        source: ({ cluster, namespace, name }, search) =>
          withSearch(to('sources', cluster, namespace, name), search),
        newJob: search => withSearch(to('new'), search),
        job: ({ cluster, namespace, name }, search) =>
          withSearch(to('jobs', cluster, namespace, name), search),
        run: (runId, search) => withSearch(to('runs', runId), search),
        compare: (runIds, search) =>
          withSearch(to('compare'), {
            ...(runIds.length > 0 && { runs: runIds.join(',') }),
            ...search,
          }),
      },
      navigate,
      notify: ({ message, status }) =>
        alertApi.post({
          message,
          severity: SEVERITIES[status],
          display: 'transient',
        }),
    };
  }, [alertApi, navigate, root]);

  return (
    <ArenaShellProvider value={shell}>{props.children}</ArenaShellProvider>
  );
}
