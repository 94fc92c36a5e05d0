import {
  MockPermissionApi,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { configure, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router-dom';
import { FakeArenaApi, job, source } from '../__testUtils__';
import {
  arenaApiRef,
  ArenaPage,
  arenaPlugin,
  EntityArenaCard,
  EntityArenaContent,
  EntityArenaFlakyCellsCard,
  EntityArenaJobCard,
  EntityArenaLoadTestCard,
  EntityArenaNextRunCard,
  EntityArenaResultsContent,
  EntityArenaRunsContent,
  EntityArenaScheduleContent,
  EntityArenaYamlContent,
} from './index';

const COMPONENT = 'component:default/shop';

// Pages are loaded when they are opened, which takes its time on a busy machine.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 20_000 });

async function renderLegacy(element: JSX.Element, at: string) {
  const api = new FakeArenaApi({
    objects: [
      job('nightly', { component: COMPONENT }),
      job('unrelated'),
      source('support-agent'),
    ],
  });
  await renderInTestApp(
    <TestApiProvider
      apis={[
        [arenaApiRef, api],
        [permissionApiRef, new MockPermissionApi()],
      ]}
    >
      {element}
    </TestApiProvider>,
    {
      routeEntries: [at],
      mountedRoutes: { '/arena': arenaPlugin.routes.root },
    },
  );
  return api;
}

const page = (
  <Routes>
    <Route path="/arena/*" element={<ArenaPage />} />
  </Routes>
);

describe('legacy', () => {
  it('opens the jobs at the root and goes to the sources', async () => {
    await renderLegacy(page, '/arena');
    const row = await screen.findByRole('row', { name: /nightly/ });
    expect(row).toHaveAttribute(
      'data-href',
      '/arena/jobs/embedded/default/nightly',
    );
    await userEvent.click(screen.getByRole('tab', { name: 'Sources' }));
    expect(
      await screen.findByRole('row', { name: /support-agent/ }),
    ).toBeInTheDocument();
  });

  it.each([
    ['/arena/new', 'New job'],
    ['/arena/jobs/embedded/default/nightly', 'nightly'],
  ])('opens %s', async (path, heading) => {
    await renderLegacy(page, path);
    expect(
      await screen.findByRole('heading', { name: heading }),
    ).toBeInTheDocument();
  });

  it('shows jobs on the page of a component', async () => {
    await renderLegacy(
      <EntityProvider
        entity={{
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'shop', namespace: 'default' },
        }}
      >
        <EntityArenaCard />
        <EntityArenaContent />
      </EntityProvider>,
      '/',
    );
    const [list] = await screen.findAllByRole('list', { name: 'Tests' });
    expect(list).toHaveTextContent('nightly');
    expect(await screen.findAllByRole('row', { name: /nightly/ })).toHaveLength(
      2,
    );
    expect(screen.queryByText('unrelated')).toBeNull();
  });

  it.each([
    [<EntityArenaLoadTestCard key="load" />, 'No load test has run yet'],
    [<EntityArenaNextRunCard key="next" />, 'Nothing is scheduled'],
    [<EntityArenaFlakyCellsCard key="flaky" />, 'No flaky cells'],
  ])('shows a card of a component: %#', async (card, text) => {
    await renderLegacy(
      <EntityProvider
        entity={{
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'shop', namespace: 'default' },
        }}
      >
        {card}
      </EntityProvider>,
      '/',
    );
    expect(await screen.findByText(text)).toBeInTheDocument();
  });

  it.each([
    [<EntityArenaJobCard key="job" />, 'Open live view'],
    [<EntityArenaResultsContent key="results" />, 'No run yet'],
    [<EntityArenaRunsContent key="runs" />, 'No run yet'],
    [<EntityArenaScheduleContent key="schedule" />, 'Nothing is scheduled'],
    [<EntityArenaYamlContent key="yaml" />, 'Copy'],
  ])('shows a part of a job: %#', async (part, text) => {
    await renderLegacy(
      <EntityProvider
        entity={{
          apiVersion: 'omnia.altairalabs.ai/v1alpha1',
          kind: 'ArenaJob',
          metadata: {
            name: 'nightly_embedded',
            namespace: 'default',
            annotations: {
              'arena.backstage.io/cluster': 'embedded',
              'arena.backstage.io/namespace': 'default',
              'arena.backstage.io/name': 'nightly',
            },
          },
        }}
      >
        {part}
      </EntityProvider>,
      '/',
    );
    expect(await screen.findByText(text)).toBeInTheDocument();
  });
});
