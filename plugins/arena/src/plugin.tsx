import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  PageBlueprint,
  SubPageBlueprint,
  useRouteRefParams,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { RiSwordLine } from '@remixicon/react';
import { arenaApiRef } from './api';
import { createArenaClient } from './api/createArenaClient';
import {
  jobRouteRef,
  jobsRouteRef,
  newJobRouteRef,
  rootRouteRef,
  runRouteRef,
  sourcesRouteRef,
} from './routes';
import { FrontendShell } from './shell/FrontendShell';

const icon = <RiSwordLine />;

const arenaApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: arenaApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: createArenaClient,
    }),
});

const arenaPage = PageBlueprint.make({
  params: { path: '/arena', routeRef: rootRouteRef, title: 'Arena', icon },
});

const jobsPage = SubPageBlueprint.make({
  name: 'jobs',
  params: {
    path: 'jobs',
    title: 'Jobs',
    routeRef: jobsRouteRef,
    loader: async () => {
      const { JobsPage } = await import('./components/jobs/JobsPage');
      return (
        <FrontendShell>
          <JobsPage />
        </FrontendShell>
      );
    },
  },
});

const sourcesPage = SubPageBlueprint.make({
  name: 'sources',
  params: {
    path: 'sources',
    title: 'Sources',
    routeRef: sourcesRouteRef,
    loader: async () => {
      const { SourcesPage } = await import('./components/sources/SourcesPage');
      return (
        <FrontendShell>
          <SourcesPage />
        </FrontendShell>
      );
    },
  },
});

// Without an icon, a page does not appear in the sidebar.
const newJobPage = PageBlueprint.make({
  name: 'new-job',
  params: {
    path: '/arena/new',
    title: 'New job',
    routeRef: newJobRouteRef,
    loader: async () => {
      const { NewJobPage } = await import('./components/newJob/NewJobPage');
      return (
        <FrontendShell>
          <NewJobPage />
        </FrontendShell>
      );
    },
  },
});

const jobPage = PageBlueprint.make({
  name: 'job',
  params: {
    path: '/arena/jobs/:cluster/:namespace/:name',
    title: 'Arena',
    icon,
    routeRef: jobRouteRef,
    loader: async () => {
      const { JobPage } = await import('./components/job/JobPage');
      const RoutedJobPage = () => (
        <JobPage {...useRouteRefParams(jobRouteRef)} />
      );
      return (
        <FrontendShell>
          <RoutedJobPage />
        </FrontendShell>
      );
    },
  },
});

const runPage = PageBlueprint.make({
  name: 'run',
  params: {
    path: '/arena/runs/:runId',
    title: 'Arena',
    icon,
    routeRef: runRouteRef,
    loader: async () => {
      const { RunPage } = await import('./components/job/RunPage');
      const RoutedRunPage = () => (
        <RunPage {...useRouteRefParams(runRouteRef)} />
      );
      return (
        <FrontendShell>
          <RoutedRunPage />
        </FrontendShell>
      );
    },
  },
});

const summaryCard = EntityCardBlueprint.make({
  name: 'summary',
  params: {
    type: 'content',
    filter: { kind: 'component' },
    loader: async () => {
      const { EntityArenaCard } = await import(
        './components/entity/EntityArenaCard'
      );
      return (
        <FrontendShell>
          <EntityArenaCard />
        </FrontendShell>
      );
    },
  },
});

const jobCard = EntityCardBlueprint.make({
  name: 'job',
  params: {
    type: 'content',
    filter: { kind: 'arenajob' },
    loader: async () => {
      const { ArenaJobEntityCard } = await import(
        './components/entity/ArenaJobEntityCard'
      );
      return (
        <FrontendShell>
          <ArenaJobEntityCard />
        </FrontendShell>
      );
    },
  },
});

const jobsContent = EntityContentBlueprint.make({
  name: 'jobs',
  params: {
    path: '/arena',
    title: 'Arena',
    group: 'development',
    filter: { kind: 'component' },
    loader: async () => {
      const { EntityArenaContent } = await import(
        './components/entity/EntityArenaContent'
      );
      return (
        <FrontendShell>
          <EntityArenaContent />
        </FrontendShell>
      );
    },
  },
});

/**
 * Arena in apps of the new frontend system.
 *
 * @public
 */
export const arenaPlugin = createFrontendPlugin({
  pluginId: 'arena',
  title: 'Arena',
  info: { packageJson: () => import('../package.json') },
  routes: {
    root: rootRouteRef,
    jobs: jobsRouteRef,
    sources: sourcesRouteRef,
    newJob: newJobRouteRef,
    job: jobRouteRef,
    run: runRouteRef,
  },
  extensions: [
    arenaApi,
    arenaPage,
    jobsPage,
    sourcesPage,
    newJobPage,
    jobPage,
    runPage,
    summaryCard,
    jobCard,
    jobsContent,
  ],
});
