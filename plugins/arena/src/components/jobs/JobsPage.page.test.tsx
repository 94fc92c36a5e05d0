import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { apiError, FakeArenaApi, job, source } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { JobsPage } from './JobsPage';

function lastQuery(api: FakeArenaApi) {
  const calls = api.calls.filter(call => call.method === 'jobs');
  return calls.at(-1)?.args[0];
}

function demoApi() {
  return new FakeArenaApi({
    objects: [
      job('nightly', {
        created: '2026-11-23T10:00:00Z',
        failed: 2,
        passed: 8,
        phase: 'Failed',
      }),
      job('candidate', {
        created: '2026-11-23T11:00:00Z',
        phase: 'Running',
        passed: 3,
        pending: 7,
      }),
      job('other-team', {
        created: '2026-11-22T11:00:00Z',
        namespace: 'payments',
        source: 'guards',
      }),
      source('support-agent'),
      source('guards', { namespace: 'payments' }),
    ],
  });
}

async function openMenu(name: string) {
  await userEvent.click(
    await screen.findByRole('button', { name: `Actions for ${name}` }),
  );
  return screen.findByRole('menu');
}

describe('JobsPage', () => {
  it('shows phase, progress, pass rate, source and type of each job', async () => {
    renderArena(<JobsPage />, { api: demoApi() });
    const row = await screen.findByRole('row', { name: /nightly/ });
    expect(within(row).getByText('Failed')).toBeInTheDocument();
    expect(within(row).getByText('80%')).toBeInTheDocument();
    expect(within(row).getByText('support-agent')).toBeInTheDocument();
    expect(within(row).getByText('evaluation')).toBeInTheDocument();
    expect(
      within(row).getByRole('progressbar', { name: 'Progress of nightly' }),
    ).toHaveAttribute(
      'aria-valuetext',
      '10 of 10 done: 8 passed, 2 failed, 0 errored',
    );
    const names = screen
      .getAllByRole('rowheader')
      .map(cell => cell.textContent);
    expect(names[0]).toContain('candidate');
  });

  it('takes filters and order from the address', async () => {
    const api = demoApi();
    renderArena(<JobsPage />, {
      api,
      at: '/?phase=Failed&phase=Running&type=evaluation&namespace=default&source=support-agent&search=n&orderBy=name&order=asc&limit=50',
    });
    await screen.findByRole('row', { name: /nightly/ });
    expect(lastQuery(api)).toMatchObject({
      cluster: 'embedded',
      phase: ['Failed', 'Running'],
      type: ['evaluation'],
      namespace: 'default',
      source: 'support-agent',
      search: 'n',
      orderBy: 'name',
      order: 'asc',
      limit: 50,
    });
    expect(screen.queryByText('other-team')).not.toBeInTheDocument();
  });

  it('puts filters into the address and asks the server', async () => {
    const api = demoApi();
    const { where } = renderArena(<JobsPage />, {
      api,
      at: '/?cursor=1&offset=20',
    });
    await screen.findByRole('row', { name: /nightly/ });
    await userEvent.type(screen.getByRole('searchbox'), 'night');
    await waitFor(() => expect(where()).toBe('/?search=night'));
    await waitFor(() =>
      expect(screen.queryByText('candidate')).not.toBeInTheDocument(),
    );
    await userEvent.click(screen.getByRole('button', { name: /Phase/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Failed' }),
    );
    await waitFor(() => expect(where()).toBe('/?search=night&phase=Failed'));
    expect(lastQuery(api)).toMatchObject({
      search: 'night',
      phase: ['Failed'],
    });
    await userEvent.keyboard('{Escape}');
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear filters' }),
    );
    await waitFor(() => expect(where()).toBe('/'));
    expect(await screen.findByText('candidate')).toBeInTheDocument();
  });

  it('sorts on the server', async () => {
    const api = demoApi();
    const { where } = renderArena(<JobsPage />, { api });
    await screen.findByRole('row', { name: /nightly/ });
    await userEvent.click(screen.getByRole('columnheader', { name: 'Name' }));
    await waitFor(() => expect(where()).toContain('orderBy=name'));
    expect(lastQuery(api)).toMatchObject({ orderBy: 'name', order: 'asc' });
  });

  it('goes through pages and back', async () => {
    const api = new FakeArenaApi({
      objects: Array.from({ length: 45 }, (_, i) =>
        job(`job-${String(i).padStart(2, '0')}`),
      ),
    });
    const { where } = renderArena(<JobsPage />, {
      api,
      at: '/?orderBy=name&order=asc',
    });
    await screen.findByText('job-00');
    await userEvent.click(screen.getByRole('button', { name: /next/i }));
    expect(await screen.findByText('job-20')).toBeInTheDocument();
    expect(where()).toContain('cursor=20');
    expect(screen.getByText(/21 - 40 of 45/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /previous/i }));
    expect(await screen.findByText('job-00')).toBeInTheDocument();
    expect(where()).not.toContain('cursor');
  });

  it('follows what happens to the jobs', async () => {
    const api = demoApi();
    renderArena(<JobsPage />, { api });
    const row = await screen.findByRole('row', { name: /candidate/ });
    expect(within(row).getByText('Running')).toBeInTheDocument();
    await waitFor(() => expect(api.topics).toContain('jobs'));
    act(() => api.put(job('candidate', { phase: 'Succeeded', passed: 10 })));
    expect(
      await within(
        await screen.findByRole('row', { name: /candidate/ }),
      ).findByText('Succeeded'),
    ).toBeInTheDocument();
    act(() => api.put(job('brand-new', { created: '2026-11-24T00:00:00Z' })));
    expect(
      await screen.findByText('brand-new', {}, { timeout: 4000 }),
    ).toBeInTheDocument();
  });

  it('offers a first job when there is none, to those who may create one', async () => {
    const { unmount } = renderArena(<JobsPage />, {
      api: new FakeArenaApi({}),
    });
    expect(await screen.findByText('No jobs yet')).toBeInTheDocument();
    const links = await screen.findAllByRole('link', { name: 'New job' });
    expect(links[0]).toHaveAttribute('href', '/arena/new');
    unmount();

    renderArena(<JobsPage />, {
      api: new FakeArenaApi({}),
      denied: ['arena.job.create'],
    });
    expect(await screen.findByText('No jobs yet')).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'New job' })).toBeNull();
  });

  it('says what went wrong and tries again', async () => {
    const api = demoApi();
    api.failures.set('jobs', apiError(503, 'ServiceUnavailable', 'Not now'));
    renderArena(<JobsPage />, { api });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The jobs could not be read');
    expect(alert).toHaveTextContent('Not now');
    api.failures.clear();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('row', { name: /nightly/ }),
    ).toBeInTheDocument();
  });

  it('cancels a running job', async () => {
    const api = demoApi();
    renderArena(<JobsPage />, { api });
    const menu = await openMenu('candidate');
    await userEvent.click(
      await within(menu).findByRole('menuitem', { name: 'Cancel job' }),
    );
    await waitFor(() =>
      expect(api.calls).toContainEqual({
        method: 'cancel',
        args: [
          { cluster: 'embedded', namespace: 'default', name: 'candidate' },
        ],
      }),
    );
  });

  it('repeats the failed items of a finished job and goes to the new one', async () => {
    const api = demoApi();
    const { where } = renderArena(<JobsPage />, { api });
    const menu = await openMenu('nightly');
    expect(
      within(menu).queryByRole('menuitem', { name: 'Cancel job' }),
    ).toBeNull();
    await userEvent.click(
      await within(menu).findByRole('menuitem', {
        name: 'Run failed items again',
      }),
    );
    await waitFor(() =>
      expect(where()).toBe('/arena/jobs/embedded/default/nightly-again'),
    );
    const call = api.calls.find(one => one.method === 'rerun');
    expect(call?.args[1]).toEqual({ failedOnly: true });
  });

  it('asks before it deletes', async () => {
    const api = demoApi();
    renderArena(<JobsPage />, { api });
    const menu = await openMenu('nightly');
    await userEvent.click(
      await within(menu).findByRole('menuitem', { name: 'Delete' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('Delete nightly?');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Keep' }));
    expect(api.calls.some(call => call.method === 'delete')).toBe(false);

    const again = await openMenu('nightly');
    await userEvent.click(
      await within(again).findByRole('menuitem', { name: 'Delete' }),
    );
    await userEvent.click(
      within(await screen.findByRole('dialog')).getByRole('button', {
        name: 'Delete',
      }),
    );
    await waitFor(() =>
      expect(api.calls.some(call => call.method === 'delete')).toBe(true),
    );
    await waitFor(() =>
      expect(screen.queryByText('nightly')).not.toBeInTheDocument(),
    );
  });

  it('hides what is not allowed', async () => {
    renderArena(<JobsPage />, {
      api: demoApi(),
      denied: ['arena.job.cancel', 'arena.job.rerun'],
    });
    const menu = await openMenu('candidate');
    expect(
      await within(menu).findByRole('menuitem', { name: 'Delete' }),
    ).toBeInTheDocument();
    expect(within(menu).queryByRole('menuitem', { name: /Cancel/ })).toBeNull();
    expect(within(menu).queryByRole('menuitem', { name: /again/ })).toBeNull();
  });
});
