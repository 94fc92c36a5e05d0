import { ReactNode, useMemo } from 'react';
import {
  toastApiRef,
  useApi,
  useRouteRef,
} from '@backstage/frontend-plugin-api';
import {
  jobRouteRef,
  jobsRouteRef,
  newJobRouteRef,
  runRouteRef,
  sourcesRouteRef,
} from '../routes';
import { ArenaShell, ArenaShellProvider } from './ArenaShell';
import { useNavigateTo } from './router';
import { withSearch } from './withSearch';

/** How long a notification stays. */
const NOTIFICATION_MS = 6000;

/** The shell in apps of the new frontend system. */
export function FrontendShell(props: { children: ReactNode }) {
  const toastApi = useApi(toastApiRef);
  const navigate = useNavigateTo();
  const jobs = useRouteRef(jobsRouteRef);
  const sources = useRouteRef(sourcesRouteRef);
  const newJob = useRouteRef(newJobRouteRef);
  const job = useRouteRef(jobRouteRef);
  const run = useRouteRef(runRouteRef);

  const shell = useMemo<ArenaShell>(
    () => ({
      // A page that the app has disabled has no route: its links stay where they are.
      links: {
        jobs: search => withSearch(jobs?.() ?? '', search),
        sources: () => sources?.() ?? '',
        newJob: search => withSearch(newJob?.() ?? '', search),
        job: ({ cluster, namespace, name }, search) =>
          withSearch(job?.({ cluster, namespace, name }) ?? '', search),
        run: (runId, search) => withSearch(run?.({ runId }) ?? '', search),
      },
      navigate,
      notify: ({ message, status }) => {
        toastApi.post({ title: message, status, timeout: NOTIFICATION_MS });
      },
    }),
    [toastApi, navigate, jobs, sources, newJob, job, run],
  );

  return (
    <ArenaShellProvider value={shell}>{props.children}</ArenaShellProvider>
  );
}
