import { Entity } from '@backstage/catalog-model';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { screen, within } from '@testing-library/react';
import { FakeArenaApi, job, trendPoint } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { violations } from '../../__testUtils__/violations';
import { EntityArenaCard } from './EntityArenaCard';
import { EntityArenaContent } from './EntityArenaContent';
import { EntityFlakyCellsCard } from './EntityFlakyCellsCard';
import { EntityLoadTestCard } from './EntityLoadTestCard';
import { EntityNextRunCard } from './EntityNextRunCard';

const COMPONENT = 'component:default/shop';
const shop: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'shop', namespace: 'default' },
};

function demoApi() {
  const nightly = job('nightly', { component: COMPONENT });
  const load = job('load', { component: COMPONENT });
  const api = new FakeArenaApi({
    objects: [
      {
        ...nightly,
        spec: { ...nightly.spec, schedule: { cron: '30 2 * * *' } },
        status: {
          ...nightly.status,
          nextScheduleTime: '2026-11-24T02:30:00Z',
        },
      },
      { ...load, spec: { ...load.spec, type: 'loadtest' } },
      job('unrelated'),
    ],
  });
  api.trends.nightly = {
    points: [
      trendPoint({ runId: 'run-2', judged: 20, passed: 15, flakyCells: 1 }),
      trendPoint({
        runId: 'run-1',
        judged: 20,
        passed: 20,
        finishedAt: '2026-11-22T02:31:00.000Z',
      }),
    ],
  };
  api.overviews.nightly = {
    flakyCells: [
      { scenario: 'refund', provider: 'gpt', judged: 10, passed: 5 },
    ],
  };
  api.overviews.load = {
    load: {
      runId: 'load-1',
      phase: 'over',
      passed: true,
      audit: 'valid',
      sentRate: 49.9,
      p99Ms: 812,
      errorRate: 0.002,
      finishedAt: '2026-11-23T08:00:00Z',
    },
  };
  return api;
}

const onPage = (entity: Entity, element: JSX.Element) => (
  <EntityProvider entity={entity}>{element}</EntityProvider>
);
const cards = (
  <>
    <EntityArenaCard />
    <EntityLoadTestCard />
    <EntityNextRunCard />
    <EntityFlakyCellsCard />
  </>
);

describe('cards of an entity', () => {
  it('tell how its tests went and what comes next', async () => {
    const api = demoApi();
    renderArena(onPage(shop, cards), { api });
    expect(await screen.findByText(/75% passed/)).toHaveTextContent(
      '95 % interval 53–89%',
    );
    expect(
      screen.getByRole('img', { name: /oldest to newest: 100%, 75%/ }),
    ).toBeInTheDocument();
    expect(screen.getByText('49.9/s')).toBeInTheDocument();
    expect(screen.getByText('812 ms')).toBeInTheDocument();
    expect(screen.getByText('0.2%')).toBeInTheDocument();
    expect(screen.getByText('Passed')).toBeInTheDocument();
    const next = screen.getByRole('list', { name: 'Next run' });
    expect(within(next).getByRole('link', { name: 'nightly' })).toHaveAttribute(
      'href',
      '/arena/jobs/embedded/default/nightly?tab=schedule',
    );
    const cell = screen.getByRole('link', { name: 'refund on gpt' });
    expect(cell).toHaveAttribute(
      'href',
      '/arena/runs/run-2?tab=items&scenario=refund&provider=gpt',
    );
    expect(screen.getByText('5 of 10 passed')).toBeInTheDocument();
    expect(screen.queryByText('unrelated')).toBeNull();
    expect(
      api.calls.filter(({ method }) => method === 'jobOverviews'),
    ).toHaveLength(1);
    expect(await violations()).toEqual([]);
  });

  it('teach how an entity is tested that nothing tests', async () => {
    renderArena(
      onPage(
        { ...shop, metadata: { name: 'new', namespace: 'default' } },
        cards,
      ),
      { api: demoApi() },
    );
    expect(
      await screen.findByRole('region', { name: 'Annotation for the job' }),
    ).toHaveTextContent(
      'metadata: annotations: arena.backstage.io/component: component:default/new',
    );
    expect(screen.getByText('No load test has run yet')).toBeInTheDocument();
    expect(screen.getByText('Nothing is scheduled')).toBeInTheDocument();
  });

  it('name the clusters whose jobs are missing', async () => {
    const api = demoApi();
    api.allClusters = [
      ...api.allClusters,
      { name: 'prod', kind: 'kubernetes', ready: false, message: 'away' },
    ];
    renderArena(onPage(shop, <EntityArenaCard />), { api });
    expect(
      await screen.findByText(/Cluster prod does not answer/),
    ).toBeInTheDocument();
    expect(screen.getByText('away')).toBeInTheDocument();
    expect(screen.getByText('nightly')).toBeInTheDocument();
  });

  it('say why there is nothing, and try again', async () => {
    const api = demoApi();
    api.failures.set('jobOverviews', new Error('the database is away'));
    renderArena(onPage(shop, <EntityArenaCard />), { api });
    expect(
      await screen.findByText('The jobs could not be read'),
    ).toBeInTheDocument();
    api.failures.clear();
    screen.getByRole('button', { name: 'Try again' }).click();
    expect(await screen.findByText('nightly')).toBeInTheDocument();
  });

  it('are on the tab, above what tells of each job', async () => {
    renderArena(onPage(shop, <EntityArenaContent />), { api: demoApi() });
    const tests = await screen.findByRole('region', { name: 'Tests' });
    const row = within(tests).getByRole('row', { name: /nightly/ });
    expect(row).toHaveTextContent('75% (53–89%)');
    expect(
      within(row).getByRole('img', { name: /of nightly .*: 100%, 75%/ }),
    ).toBeInTheDocument();
    expect(within(tests).getByRole('row', { name: /load/ })).toHaveTextContent(
      'Load test',
    );
    await screen.findByRole('grid');
    expect(await violations()).toEqual([]);
  });

  it('tell of a system what its parts are tested by', async () => {
    const api = demoApi();
    renderArena(
      onPage(
        {
          ...shop,
          kind: 'System',
          relations: [{ type: 'hasPart', targetRef: COMPONENT }],
        },
        <EntityArenaContent />,
      ),
      { api },
    );
    expect(
      await screen.findByRole('region', { name: 'Tests' }),
    ).toHaveTextContent('nightly');
    expect(screen.queryByRole('link', { name: 'New job' })).toBeNull();
  });
});
