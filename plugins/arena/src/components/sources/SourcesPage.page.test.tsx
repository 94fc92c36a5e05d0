import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { apiError, FakeArenaApi, job, source } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { violations } from '../../__testUtils__/violations';
import { SourcesPage } from './SourcesPage';

function demoApi() {
  return new FakeArenaApi({
    objects: [
      source('support-agent', { path: 'bundles/support' }),
      source('moved', { phase: 'Error', namespace: 'payments' }),
      job('one'),
      job('two'),
      job('elsewhere', { namespace: 'payments' }),
    ],
  });
}

describe('SourcesPage', () => {
  it('shows state, revision, trouble and use of each source', async () => {
    renderArena(<SourcesPage />, { api: demoApi() });
    const good = await screen.findByRole('row', { name: /support-agent/ });
    expect(good).toHaveTextContent('bundles/support');
    expect(good).toHaveTextContent('Ready');
    expect(good).toHaveTextContent('workspace@4f1c02d9a7be');
    expect(
      await within(good).findByRole('link', { name: '2 jobs' }),
    ).toHaveAttribute(
      'href',
      '/arena/jobs?source=support-agent&namespace=default',
    );
    const bad = screen.getByRole('row', { name: /moved/ });
    expect(bad).toHaveTextContent(
      'FetchFailed: the folder moved does not exist',
    );
    expect(await within(bad).findByText('Not used')).toBeInTheDocument();
  });

  it('follows what happens to the sources', async () => {
    const api = demoApi();
    renderArena(<SourcesPage />, { api });
    await screen.findByRole('row', { name: /support-agent/ });
    await waitFor(() => expect(api.topics).toContain('sources'));
    act(() => api.put(source('moved', { namespace: 'payments' })));
    await waitFor(() =>
      expect(screen.getByRole('row', { name: /moved/ })).toHaveTextContent(
        'Ready',
      ),
    );
  });

  it('creates a source of a folder, and shows it', async () => {
    const api = demoApi();
    const { where } = renderArena(<SourcesPage />, { api });
    await userEvent.click(
      await screen.findByRole('button', { name: 'New source' }),
    );
    const dialog = await screen.findByRole('dialog');
    const create = within(dialog).getByRole('button', { name: 'Create' });
    expect(create).toBeDisabled();
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
    api.failures.set(
      'create',
      apiError(422, 'Invalid', 'The ArenaSource is invalid', [
        {
          field: 'spec.workspace.path',
          reason: 'FieldValueInvalid',
          message: 'spec.workspace.path: must be within the workspace',
        },
      ]),
    );
    await userEvent.click(create);
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'must be within the workspace',
    );
    api.failures.clear();
    await userEvent.click(create);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const call = api.calls.filter(one => one.method === 'create').at(-1);
    expect(call?.args[1]).toMatchObject({
      kind: 'ArenaSource',
      metadata: { name: 'fresh', namespace: 'default' },
      spec: { type: 'workspace', workspace: { path: 'bundles/fresh' } },
    });
    await waitFor(() =>
      expect(where()).toBe('/arena/sources/embedded/default/fresh'),
    );
  });

  it('asks for what a repository needs, and says how its Secret is made', async () => {
    const api = demoApi();
    renderArena(<SourcesPage />, { api });
    await userEvent.click(
      await screen.findByRole('button', { name: 'New source' }),
    );
    const dialog = await screen.findByRole('dialog');
    const type = (name: RegExp, text: string) =>
      userEvent.type(within(dialog).getByRole('textbox', { name }), text);
    await type(/^Name\b/, 'bundles');
    await type(/Address of the repository/, 'git@example.com:team/bundles.git');
    await type(/Secret with credentials/, 'deploy-key');
    expect(dialog).toHaveTextContent(
      /deploy-key: *identity: \{ \$file: .*known_hosts/,
    );
    expect(await violations()).toEqual([]);
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Create' }),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const call = api.calls.filter(one => one.method === 'create').at(-1);
    expect(call?.args[1]).toMatchObject({
      spec: {
        type: 'git',
        git: {
          url: 'git@example.com:team/bundles.git',
          secretRef: { name: 'deploy-key' },
        },
      },
    });
  });

  it('offers a first source to those who may create one', async () => {
    const { unmount } = renderArena(<SourcesPage />, {
      api: new FakeArenaApi({}),
    });
    expect(await screen.findByText('No sources yet')).toBeInTheDocument();
    expect(
      (await screen.findAllByRole('button', { name: 'New source' })).length,
    ).toBeGreaterThan(0);
    unmount();
    renderArena(<SourcesPage />, {
      api: new FakeArenaApi({}),
      denied: ['arena.resource.create'],
    });
    expect(await screen.findByText('No sources yet')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'New source' })).toBeNull();
  });
});
