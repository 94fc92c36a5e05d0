import { renderTestApp } from '@backstage/frontend-test-utils';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { configure, screen, within } from '@testing-library/react';
import { arenaApiRef } from './api';
import arenaPlugin from './index';
import { buildRun, FakeArenaApi, job, source } from './__testUtils__';

const COMPONENT = 'component:default/shop';

// Pages are loaded when they are opened, which takes its time on a busy machine.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 20_000 });

function demoApi() {
  return new FakeArenaApi({
    objects: [
      job('nightly', { component: COMPONENT, passed: 9, failed: 1 }),
      job('weekly', { component: COMPONENT, passed: 10 }),
      job('unrelated'),
      source('support-agent'),
    ],
    runs: [
      buildRun({
        id: 'run-1',
        jobName: 'nightly',
        scenarios: ['greeting'],
        providers: [{ id: 'gpt' }],
        verdict: () => ({ status: 'passed' }),
      }),
    ],
  });
}

function renderAt(path: string) {
  const api = demoApi();
  renderTestApp({
    features: [arenaPlugin],
    apis: [[arenaApiRef, api]],
    initialRouteEntries: [path],
  });
  return api;
}

describe('pages', () => {
  it('opens the jobs at the root', async () => {
    renderAt('/arena');
    expect(
      await screen.findByRole('row', { name: /nightly/ }),
    ).toBeInTheDocument();
    const tab = await screen.findByRole('tab', { name: 'Sources' });
    expect(tab).toHaveAttribute('href', '/arena/sources');
    expect(screen.getByRole('row', { name: /nightly/ })).toHaveAttribute(
      'data-href',
      '/arena/jobs/embedded/default/nightly',
    );
  });

  it.each([
    ['/arena/sources', 'Sources'],
    ['/arena/new', 'New job'],
    ['/arena/jobs/embedded/default/nightly', 'nightly'],
    ['/arena/runs/run-1', 'nightly'],
  ])('opens %s', async (path, heading) => {
    renderAt(path);
    expect(
      await screen.findByRole('heading', { name: heading }),
    ).toBeInTheDocument();
  });
});

const PARTS = ['results', 'runs', 'schedule', 'pods', 'yaml'];

describe('entities', () => {
  /** @param part - the only tab that there is; the page of the tests shows the first one. */
  function renderEntity(
    kind: string,
    { annotations = {}, part }: { annotations?: object; part?: string } = {},
  ) {
    const api = demoApi();
    renderTestApp({
      config: part
        ? {
            backend: { baseUrl: 'http://localhost:7007' },
            app: {
              baseUrl: 'http://localhost:3000',
              extensions: PARTS.filter(one => one !== part).map(one => ({
                [`entity-content:arena/${one}`]: false,
              })),
            },
          }
        : undefined,
      features: [arenaPlugin],
      apis: [[arenaApiRef, api]],
      extensions: [
        createTestEntityPage({
          entity: {
            apiVersion: 'backstage.io/v1alpha1',
            kind,
            metadata: {
              name: kind === 'ArenaJob' ? 'embedded-default-nightly' : 'shop',
              namespace: 'default',
              annotations: {
                'arena.backstage.io/cluster': 'embedded',
                'arena.backstage.io/namespace': 'default',
                'arena.backstage.io/name': 'nightly',
                ...annotations,
              },
            },
          },
        }),
      ],
      initialRouteEntries: ['/'],
    });
    return api;
  }

  it('shows the latest jobs of a component', async () => {
    const api = renderEntity('Component');
    const list = await screen.findByRole('list', { name: 'Tests' });
    expect(list).toHaveTextContent('nightly');
    expect(list).toHaveTextContent('90%');
    expect(list).not.toHaveTextContent('unrelated');
    // All cards together ask once.
    await screen.findAllByRole('heading', { name: 'Flaky cells' });
    const calls = api.calls.filter(one => one.method === 'jobOverviews');
    expect(calls.map(({ args }) => args[0])).toEqual([
      { cluster: 'embedded', components: [COMPONENT], jobs: [], points: 20 },
    ]);
  });

  it('lists the jobs of a component in its tab', async () => {
    renderEntity('Component');
    const tests = await screen.findByRole('region', { name: 'Tests' });
    expect(
      within(tests).getByRole('row', { name: /weekly/ }),
    ).toBeInTheDocument();
    const table = await screen.findByRole('grid');
    expect(
      await within(table).findByRole('row', { name: /weekly/ }),
    ).toBeInTheDocument();
    expect(within(table).queryByRole('row', { name: /unrelated/ })).toBeNull();
  });

  it('leads from the entity of a job to its live page', async () => {
    renderEntity('ArenaJob');
    expect(
      await screen.findByRole('link', { name: 'Open live view' }),
    ).toHaveAttribute('href', '/arena/jobs/embedded/default/nightly');
    expect(await screen.findByText('Succeeded')).toBeInTheDocument();
    expect(screen.queryByRole('list', { name: 'Tests' })).toBeNull();
  });

  it('shows the pods of a job on Kubernetes in a tab of its entity', async () => {
    renderEntity('ArenaJob', {
      part: 'pods',
      annotations: {
        'arena.backstage.io/cluster': 'prod',
        'backstage.io/kubernetes-cluster': 'prod',
      },
    });
    expect(
      await screen.findByText('Pods are shown by the Kubernetes plugin'),
    ).toBeInTheDocument();
  });

  it.each([
    ['results', /^Scenarios by provider/],
    ['runs', /^Trend/],
  ])('shows the %s of a job', async (part, heading) => {
    renderEntity('ArenaJob', { part });
    expect(
      await screen.findByRole('heading', { name: heading }),
    ).toBeInTheDocument();
  });

  it('shows the object of a job', async () => {
    renderEntity('ArenaJob', { part: 'yaml' });
    expect(
      await screen.findByRole('textbox', { name: 'YAML of nightly' }),
    ).toBeInTheDocument();
  });

  it('has no such tab for a job without pods', async () => {
    renderEntity('ArenaJob', { part: 'pods' });
    await screen.findByRole('link', { name: 'Open live view' });
    expect(screen.queryByText(/Kubernetes plugin/)).toBeNull();
  });

  it('leaves other kinds alone', async () => {
    renderEntity('Group');
    expect(await screen.findByTestId('empty-entity-page')).toBeInTheDocument();
  });
});
