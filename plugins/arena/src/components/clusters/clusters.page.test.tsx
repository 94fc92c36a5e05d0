import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeArenaApi, job, source } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { JobsPage } from '../jobs/JobsPage';
import { NewJobPage } from '../newJob/NewJobPage';
import { SourcesPage } from '../sources/SourcesPage';

function twoClusters() {
  return new FakeArenaApi({
    objects: [job('on-the-laptop'), source('laptop-bundle')],
    clusters: [
      { name: 'embedded', kind: 'embedded', ready: true },
      { name: 'prod', kind: 'kubernetes', ready: true },
    ],
    elsewhere: {
      prod: [job('in-production'), source('production-bundle')],
    },
  });
}

async function choose(cluster: string) {
  await userEvent.click(await screen.findByRole('button', { name: /Cluster/ }));
  await userEvent.click(await screen.findByRole('option', { name: cluster }));
}

describe('clusters', () => {
  beforeEach(() => window.localStorage.clear());

  it('are no topic where there is one alone', async () => {
    const { where } = renderArena(<JobsPage />, {
      api: new FakeArenaApi({ objects: [job('only')] }),
    });
    expect(await screen.findByRole('row', { name: /only/ })).toBeVisible();
    expect(screen.queryByRole('button', { name: /Cluster/ })).toBeNull();
    expect(where()).toBe('/');
  });

  it('show the first one until another is chosen', async () => {
    const { where } = renderArena(<JobsPage />, { api: twoClusters() });
    expect(
      await screen.findByRole('row', { name: /on-the-laptop/ }),
    ).toBeInTheDocument();
    await waitFor(() => expect(where()).toBe('/?cluster=embedded'));
    await choose('prod');
    const row = await screen.findByRole('row', { name: /in-production/ });
    expect(row).toHaveAttribute(
      'data-href',
      '/arena/jobs/prod/default/in-production',
    );
    expect(screen.queryByRole('row', { name: /on-the-laptop/ })).toBeNull();
    expect(where()).toBe('/?cluster=prod');
    expect(screen.getByRole('link', { name: 'New job' })).toHaveAttribute(
      'href',
      '/arena/new?cluster=prod',
    );
  });

  it('keep filters that mean something in each, and forget the others', async () => {
    const { where } = renderArena(<JobsPage />, {
      api: twoClusters(),
      at: '/?cluster=embedded&phase=Succeeded&namespace=default&source=support-agent&cursor=0&offset=20',
    });
    await screen.findByRole('row', { name: /on-the-laptop/ });
    await choose('prod');
    await waitFor(() => expect(where()).toBe('/?phase=Succeeded&cluster=prod'));
  });

  it('are remembered from one page to the next', async () => {
    const first = renderArena(<JobsPage />, {
      api: twoClusters(),
      at: '/?cluster=prod',
    });
    await screen.findByRole('row', { name: /in-production/ });
    first.unmount();
    const api = twoClusters();
    const { where } = renderArena(<SourcesPage />, { api });
    const row = await screen.findByRole('row', { name: /production-bundle/ });
    expect(
      await within(row).findByRole('link', { name: /New job/ }),
    ).toHaveAttribute(
      'href',
      '/arena/new?cluster=prod&source=production-bundle&namespace=default',
    );
    expect(where()).toBe('/?cluster=prod');
  });

  it('forget one that is no more', async () => {
    window.localStorage.setItem('backstage-arena.cluster', 'retired');
    renderArena(<JobsPage />, { api: twoClusters() });
    expect(
      await screen.findByRole('row', { name: /on-the-laptop/ }),
    ).toBeInTheDocument();
  });

  it('say of an address that it names none', async () => {
    renderArena(<JobsPage />, { api: twoClusters(), at: '/?cluster=retired' });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      "There is no cluster 'retired'",
    );
    await choose('prod');
    expect(
      await screen.findByRole('row', { name: /in-production/ }),
    ).toBeInTheDocument();
  });

  it('say when one is away, and leave the others alone', async () => {
    const api = twoClusters();
    api.allClusters[1] = {
      name: 'prod',
      kind: 'kubernetes',
      ready: false,
      message: 'connect ECONNREFUSED 10.0.0.1:6443',
    };
    renderArena(<JobsPage />, { api, at: '/?cluster=prod' });
    expect(
      await screen.findByText('Cluster prod is not ready'),
    ).toBeInTheDocument();
    expect(
      screen.getByText('connect ECONNREFUSED 10.0.0.1:6443'),
    ).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(screen.queryByRole('grid')).toBeNull();
    await choose('embedded');
    expect(
      await screen.findByRole('row', { name: /on-the-laptop/ }),
    ).toBeInTheDocument();
    expect(screen.queryByText('Cluster prod is not ready')).toBeNull();
  });

  it('say which namespaces cannot be read, and show the others', async () => {
    const api = twoClusters();
    api.allClusters[1] = {
      name: 'prod',
      kind: 'kubernetes',
      ready: true,
      failingNamespaces: [
        { name: 'team-b', message: 'arenajobs is forbidden' },
      ],
    };
    renderArena(<JobsPage />, { api, at: '/?cluster=prod' });
    expect(
      await screen.findByText('Some namespaces of cluster prod cannot be read'),
    ).toBeInTheDocument();
    expect(screen.getByText('team-b').parentElement).toHaveTextContent(
      'team-b arenajobs is forbidden',
    );
    expect(
      await screen.findByRole('row', { name: /in-production/ }),
    ).toBeInTheDocument();
  });

  it('say what does not work though the cluster is ready', async () => {
    const api = twoClusters();
    api.allClusters[1] = {
      name: 'prod',
      kind: 'kubernetes',
      ready: true,
      message: 'ArenaReferenceGrants cannot be read',
    };
    renderArena(<JobsPage />, { api, at: '/?cluster=prod' });
    expect(
      await screen.findByText('Something of cluster prod does not work'),
    ).toBeInTheDocument();
    expect(
      screen.getByText('ArenaReferenceGrants cannot be read'),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('row', { name: /in-production/ }),
    ).toBeInTheDocument();
  });

  it('create jobs and sources where the page is', async () => {
    const api = twoClusters();
    const jobs = renderArena(<NewJobPage />, { api, at: '/?cluster=prod' });
    await screen.findByText('The server would accept this job.');
    const asked = api.calls.filter(call => call.method === 'create');
    expect(asked.map(call => call.args[0])).toEqual(['prod']);
    jobs.unmount();

    renderArena(<SourcesPage />, { api, at: '/?cluster=prod' });
    await userEvent.click(
      await screen.findByRole('button', { name: 'New source' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('New source in prod');
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Name\b/ }),
      'fresh',
    );
    await userEvent.click(within(dialog).getByRole('button', { name: /Type/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Folder of the workspace' }),
    );
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /Folder/ }),
      'bundles/fresh',
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Create' }),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const created = api.calls.filter(call => call.method === 'create').at(-1);
    expect(created?.args[0]).toBe('prod');
  });
});
