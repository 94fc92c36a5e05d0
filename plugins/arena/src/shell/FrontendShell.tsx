import { ReactNode, useMemo } from 'react';
import {
  BreadcrumbEntry,
  toastApiRef,
  useApi,
  useRouteRef,
} from '@backstage/frontend-plugin-api';
import {
  compareRouteRef,
  jobRouteRef,
  jobsRouteRef,
  newJobRouteRef,
  runRouteRef,
  sourceRouteRef,
  sourcesRouteRef,
} from '../routes';
import { ArenaShell, ArenaShellProvider } from './ArenaShell';
import { useCurrentLocation, useNavigateTo } from './router';
import { withSearch } from './withSearch';

/** How long a notification stays. */
const NOTIFICATION_MS = 6000;

/** The shell in apps of the new frontend system, with where the page is when it is not one of the tabs. */
export function FrontendShell(props: {
  children: ReactNode;
  breadcrumb?: string;
}) {
  const { children, breadcrumb } = props;
  const { pathname } = useCurrentLocation();
  const toastApi = useApi(toastApiRef);
  const navigate = useNavigateTo();
  const jobs = useRouteRef(jobsRouteRef);
  const sources = useRouteRef(sourcesRouteRef);
  const source = useRouteRef(sourceRouteRef);
  const newJob = useRouteRef(newJobRouteRef);
  const job = useRouteRef(jobRouteRef);
  const run = useRouteRef(runRouteRef);
  const compare = useRouteRef(compareRouteRef);

  const shell = useMemo<ArenaShell>(
    () => ({
      // A page that the app has disabled has no route: its links stay where they are.
      links: {
        jobs: search => withSearch(jobs?.() ?? '', search),
        sources: search => withSearch(sources?.() ?? '', search),
        source: ({ cluster, namespace, name }, search) =>
          withSearch(source?.({ cluster, namespace, name }) ?? '', search),
        newJob: search => withSearch(newJob?.() ?? '', search),
        job: ({ cluster, namespace, name }, search) =>
          withSearch(job?.({ cluster, namespace, name }) ?? '', search),
        run: (runId, search) => withSearch(run?.({ runId }) ?? '', search),
        compare: (runIds, search) =>
          withSearch(compare?.() ?? '', {
            ...(runIds.length > 0 && { runs: runIds.join(',') }),
            ...search,
          }),
      },
      navigate,
      notify: ({ message, status }) => {
        toastApi.post({ title: message, status, timeout: NOTIFICATION_MS });
      },
    }),
    [toastApi, navigate, jobs, sources, source, newJob, job, run, compare],
  );

  return (
    <ArenaShellProvider value={shell}>
      {breadcrumb ? (
        <BreadcrumbEntry entry={{ label: breadcrumb, href: pathname }}>
          {children}
        </BreadcrumbEntry>
      ) : (
        children
      )}
    </ArenaShellProvider>
  );
}
