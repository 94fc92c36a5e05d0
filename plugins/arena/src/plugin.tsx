import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  PageBlueprint,
  PageLayout,
  SubPageBlueprint,
  useRouteRef,
  useRouteRefParams,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { HomePageWidgetBlueprint } from '@backstage/plugin-home-react/alpha';
import { FormFieldBlueprint } from '@backstage/plugin-scaffolder-react/alpha';
import { SearchResultListItemBlueprint } from '@backstage/plugin-search-react/alpha';
import { RiSwordLine } from '@remixicon/react';
import { arenaApiRef } from './api';
import { createArenaClient } from './api/createArenaClient';
import { isArenaResult } from './components/search/isArenaResult';
import {
  compareRouteRef,
  jobRouteRef,
  jobsRouteRef,
  newJobRouteRef,
  rootRouteRef,
  runRouteRef,
  sourceRouteRef,
  sourcesRouteRef,
} from './routes';
import { arenaTranslationRef } from './translation';
import { isTested } from './overview/testsOf';
import { FrontendShell } from './shell/FrontendShell';

const icon = <RiSwordLine />;

/** Kinds of entities that jobs test, themselves or by their parts. */
const TESTABLE = { kind: { $in: ['component', 'api', 'system'] } };

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

// A page with an icon appears in the sidebar, where this one does not belong: it brings its header itself.
const newJobPage = PageBlueprint.make({
  name: 'new-job',
  params: {
    path: '/arena/new',
    title: 'New job',
    noHeader: true,
    routeRef: newJobRouteRef,
    loader: async () => {
      const { NewJobPage } = await import('./components/newJob/NewJobPage');
      const FramedNewJobPage = () => {
        const root = useRouteRef(rootRouteRef);
        const { t } = useTranslationRef(arenaTranslationRef);
        return (
          <PageLayout title={t('title')} icon={icon} titleLink={root?.()}>
            <FrontendShell breadcrumb={t('newJob.title')}>
              <NewJobPage />
            </FrontendShell>
          </PageLayout>
        );
      };
      return <FramedNewJobPage />;
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
      const RoutedJobPage = () => {
        const address = useRouteRefParams(jobRouteRef);
        return (
          <FrontendShell breadcrumb={address.name}>
            <JobPage {...address} />
          </FrontendShell>
        );
      };
      return <RoutedJobPage />;
    },
  },
});

const sourcePage = PageBlueprint.make({
  name: 'source',
  params: {
    path: '/arena/sources/:cluster/:namespace/:name',
    title: 'Arena',
    icon,
    routeRef: sourceRouteRef,
    loader: async () => {
      const { SourcePage } = await import('./components/source/SourcePage');
      const RoutedSourcePage = () => {
        const address = useRouteRefParams(sourceRouteRef);
        return (
          <FrontendShell breadcrumb={address.name}>
            <SourcePage {...address} />
          </FrontendShell>
        );
      };
      return <RoutedSourcePage />;
    },
  },
});

const comparePage = PageBlueprint.make({
  name: 'compare',
  params: {
    path: '/arena/compare',
    title: 'Compare runs',
    noHeader: true,
    routeRef: compareRouteRef,
    loader: async () => {
      const { ComparePage } = await import('./components/comparison');
      const FramedComparePage = () => {
        const root = useRouteRef(rootRouteRef);
        const { t } = useTranslationRef(arenaTranslationRef);
        return (
          <PageLayout title={t('title')} icon={icon} titleLink={root?.()}>
            <FrontendShell breadcrumb={t('comparison.set.title')}>
              <ComparePage />
            </FrontendShell>
          </PageLayout>
        );
      };
      return <FramedComparePage />;
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
      const RoutedRunPage = () => {
        const { runId } = useRouteRefParams(runRouteRef);
        return (
          <FrontendShell breadcrumb={runId}>
            <RunPage runId={runId} />
          </FrontendShell>
        );
      };
      return <RoutedRunPage />;
    },
  },
});

const summaryCard = EntityCardBlueprint.make({
  name: 'summary',
  params: {
    type: 'content',
    filter: TESTABLE,
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

const loadTestCard = EntityCardBlueprint.make({
  name: 'load-test',
  params: {
    type: 'content',
    filter: isTested,
    loader: async () => {
      const { EntityLoadTestCard } = await import(
        './components/entity/EntityLoadTestCard'
      );
      return (
        <FrontendShell>
          <EntityLoadTestCard />
        </FrontendShell>
      );
    },
  },
});

const nextRunCard = EntityCardBlueprint.make({
  name: 'next-run',
  params: {
    type: 'content',
    filter: isTested,
    loader: async () => {
      const { EntityNextRunCard } = await import(
        './components/entity/EntityNextRunCard'
      );
      return (
        <FrontendShell>
          <EntityNextRunCard />
        </FrontendShell>
      );
    },
  },
});

const flakyCellsCard = EntityCardBlueprint.make({
  name: 'flaky-cells',
  params: {
    type: 'content',
    filter: isTested,
    loader: async () => {
      const { EntityFlakyCellsCard } = await import(
        './components/entity/EntityFlakyCellsCard'
      );
      return (
        <FrontendShell>
          <EntityFlakyCellsCard />
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
    filter: TESTABLE,
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

const resultsContent = EntityContentBlueprint.make({
  name: 'results',
  params: {
    path: '/results',
    title: 'Results',
    group: 'overview',
    filter: { kind: 'arenajob' },
    loader: async () => {
      const { ArenaJobResultsContent } = await import(
        './components/entity/ArenaJobParts'
      );
      return (
        <FrontendShell>
          <ArenaJobResultsContent />
        </FrontendShell>
      );
    },
  },
});

const runsContent = EntityContentBlueprint.make({
  name: 'runs',
  params: {
    path: '/runs',
    title: 'Runs',
    group: 'overview',
    filter: { kind: 'arenajob' },
    loader: async () => {
      const { ArenaJobRunsContent } = await import(
        './components/entity/ArenaJobParts'
      );
      return (
        <FrontendShell>
          <ArenaJobRunsContent />
        </FrontendShell>
      );
    },
  },
});

const scheduleContent = EntityContentBlueprint.make({
  name: 'schedule',
  params: {
    path: '/schedule',
    title: 'Schedule',
    group: 'operation',
    filter: { kind: 'arenajob', 'spec.schedule': { $exists: true } },
    loader: async () => {
      const { ArenaJobScheduleContent } = await import(
        './components/entity/ArenaJobParts'
      );
      return (
        <FrontendShell>
          <ArenaJobScheduleContent />
        </FrontendShell>
      );
    },
  },
});

const yamlContent = EntityContentBlueprint.make({
  name: 'yaml',
  params: {
    path: '/yaml',
    title: 'YAML',
    group: 'operation',
    filter: { kind: 'arenajob' },
    loader: async () => {
      const { ArenaJobYamlContent } = await import(
        './components/entity/ArenaJobParts'
      );
      return (
        <FrontendShell>
          <ArenaJobYamlContent />
        </FrontendShell>
      );
    },
  },
});

const podsContent = EntityContentBlueprint.make({
  name: 'pods',
  params: {
    path: '/pods',
    title: 'Pods',
    group: 'deployment',
    filter: {
      kind: 'arenajob',
      // Jobs of the embedded cluster have none.
      'metadata.annotations.backstage.io/kubernetes-cluster': {
        $exists: true,
      },
    },
    loader: async () => {
      const { ArenaJobPodsContent } = await import(
        './components/entity/ArenaJobPodsContent'
      );
      return (
        <FrontendShell>
          <ArenaJobPodsContent />
        </FrontendShell>
      );
    },
  },
});

const myArenaWidget = HomePageWidgetBlueprint.make({
  name: 'my-arena',
  params: {
    name: 'MyArena',
    title: 'My Arena',
    description: 'What of your tests runs now, what fails, and what runs next.',
    layout: {
      width: { minColumns: 3, defaultColumns: 6 },
      height: { minRows: 4, defaultRows: 6 },
    },
    components: async () => {
      const { MyArena } = await import('./components/home/MyArena');
      return {
        Content: () => (
          <FrontendShell>
            <MyArena />
          </FrontendShell>
        ),
      };
    },
  },
});

const sourceField = FormFieldBlueprint.make({
  name: 'source-picker',
  params: {
    field: () =>
      import('./components/scaffolder/formFields').then(m => m.sourceField),
  },
});

const scenarioField = FormFieldBlueprint.make({
  name: 'scenario-picker',
  params: {
    field: () =>
      import('./components/scaffolder/formFields').then(m => m.scenarioField),
  },
});

const providerField = FormFieldBlueprint.make({
  name: 'provider-picker',
  params: {
    field: () =>
      import('./components/scaffolder/formFields').then(m => m.providerField),
  },
});

const searchResult = SearchResultListItemBlueprint.make({
  params: {
    icon,
    predicate: isArenaResult,
    component: async () => {
      const { ArenaSearchResult } = await import(
        './components/search/ArenaSearchResult'
      );
      return ArenaSearchResult;
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
    source: sourceRouteRef,
    newJob: newJobRouteRef,
    job: jobRouteRef,
    run: runRouteRef,
    compare: compareRouteRef,
  },
  extensions: [
    arenaApi,
    arenaPage,
    jobsPage,
    sourcesPage,
    newJobPage,
    jobPage,
    sourcePage,
    comparePage,
    runPage,
    summaryCard,
    loadTestCard,
    nextRunCard,
    flakyCellsCard,
    jobCard,
    jobsContent,
    resultsContent,
    runsContent,
    scheduleContent,
    podsContent,
    yamlContent,
    myArenaWidget,
    sourceField,
    scenarioField,
    providerField,
    searchResult,
  ],
});
