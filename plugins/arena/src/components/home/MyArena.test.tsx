import { identityApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, TestApiProvider } from '@backstage/frontend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen, waitFor, within } from '@testing-library/react';
import { FakeArenaApi, job } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { violations } from '../../__testUtils__/violations';
import { MyArena } from './MyArena';

const entityOf = (name: string, owner: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'ArenaJob',
  metadata: {
    name: `${name}_embedded`,
    namespace: 'default',
    annotations: {
      'arena.backstage.io/cluster': 'embedded',
      'arena.backstage.io/namespace': 'default',
      'arena.backstage.io/name': name,
    },
  },
  spec: { owner },
  relations: [{ type: 'ownedBy', targetRef: owner }],
});

function renderHome(entities: Entity[]) {
  const scheduled = job('nightly', { passed: 4 });
  const api = new FakeArenaApi({
    objects: [
      job('running', { phase: 'Running', passed: 1, pending: 3 }),
      job('broken', { phase: 'Failed', passed: 1, failed: 1 }),
      job('of-others', { phase: 'Failed' }),
      {
        ...scheduled,
        spec: { ...scheduled.spec, schedule: { cron: '30 2 * * *' } },
        status: {
          ...scheduled.status,
          nextScheduleTime: '2026-11-24T02:30:00Z',
        },
      },
    ],
  });
  renderArena(
    <TestApiProvider
      apis={[
        [
          identityApiRef,
          mockApis.identity({
            userEntityRef: 'user:default/jo',
            ownershipEntityRefs: ['user:default/jo', 'group:default/team'],
          }),
        ],
        [catalogApiRef, catalogApiMock({ entities })],
      ]}
    >
      <MyArena />
    </TestApiProvider>,
    { api },
  );
  return api;
}

describe('MyArena', () => {
  it('shows what of the jobs of the reader and their groups runs, fails and comes', async () => {
    renderHome([
      entityOf('running', 'user:default/jo'),
      entityOf('broken', 'group:default/team'),
      entityOf('nightly', 'group:default/team'),
      entityOf('of-others', 'group:default/others'),
      entityOf('gone', 'group:default/team'),
    ]);
    const running = await screen.findByRole('region', { name: 'Running now' });
    expect(
      within(running).getByRole('progressbar', { name: /running/ }),
    ).toBeInTheDocument();
    const failing = screen.getByRole('region', { name: 'Failing' });
    expect(within(failing).getByRole('link')).toHaveTextContent('broken');
    expect(failing).toHaveTextContent('50%');
    const next = screen.getByRole('region', { name: 'Next scheduled' });
    expect(within(next).getByRole('link')).toHaveAttribute(
      'href',
      '/arena/jobs/embedded/default/nightly',
    );
    expect(screen.queryByText('of-others')).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it('follows what happens', async () => {
    const api = renderHome([entityOf('running', 'user:default/jo')]);
    await screen.findByRole('progressbar', { name: /running/ });
    await waitFor(() => expect(api.topics).toContain('jobs'));
    api.put(job('running', { phase: 'Failed', passed: 1, failed: 3 }));
    const failing = await screen.findByRole('region', { name: 'Failing' });
    expect(
      await within(failing).findByRole(
        'link',
        { name: 'running' },
        { timeout: 8_000 },
      ),
    ).toBeInTheDocument();
  }, 20_000);

  it('says how a job becomes the reader’s', async () => {
    renderHome([entityOf('of-others', 'group:default/others')]);
    expect(await screen.findByText('No job is yours yet')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'All jobs' })).toHaveAttribute(
      'href',
      '/arena/jobs',
    );
  });
});
