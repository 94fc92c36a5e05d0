import 'jest-canvas-mock';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { SourceProblem } from '@backstage-arena/plugin-arena-common';
import { FakeArenaApi, FakeContent, source } from '../../__testUtils__';
import { apiError } from '../../__testUtils__/apiError';
import { renderArena } from '../../__testUtils__/renderArena';
import { violations } from '../../__testUtils__/violations';
import { SourcePage } from './SourcePage';

const page = (
  <SourcePage cluster="embedded" namespace="default" name="support" />
);
const REFUND = 'scenarios/refund.yaml';

function demoApi(options: { problems?: SourceProblem[]; phase?: string } = {}) {
  return new FakeArenaApi({
    objects: [
      source('support', { path: 'default/support', phase: options.phase }),
    ],
    contents: {
      support: new FakeContent({
        problems: options.problems,
        revisions: [
          {
            files: {
              'config.arena.yaml': 'kind: Arena\n',
              [REFUND]: 'kind: Scenario\nspec:\n  turns: []\n',
              'providers/mock.yaml': 'kind: Provider\n',
            },
            runs: { total: 12, open: 1 },
          },
          {
            files: {
              'config.arena.yaml': 'kind: Arena\n',
              [REFUND]: 'kind: Scenario\nspec:\n  turns: [1]\n',
              'old.md': 'gone\n',
            },
          },
        ],
      }),
    },
  });
}

describe('the page of a source', () => {
  it('shows its state, where it comes from, and what it has fetched', async () => {
    renderArena(page, { api: demoApi() });
    expect(
      await screen.findByRole('heading', { name: 'support' }),
    ).toBeInTheDocument();
    expect(screen.getAllByText('default/support').length).toBeGreaterThan(0);
    const [newest, before] = await screen.findAllByRole('row', {
      name: /workspace@/,
    });
    expect(newest).toHaveTextContent('in use');
    expect(newest).toHaveTextContent('12');
    expect(newest).toHaveTextContent('1 not over');
    expect(
      within(newest).getByRole('link', { name: 'Changes of 1f1c02d9a7be' }),
    ).toHaveAttribute(
      'href',
      '/arena/sources/embedded/default/support?tab=changes&from=2f1c02d9a7be&to=1f1c02d9a7be',
    );
    expect(within(before).queryByRole('link', { name: /Changes/ })).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it('says what is wrong and what helps', async () => {
    const api = demoApi({ phase: 'Error' });
    const [broken] = api.objects;
    const conditions = broken.status?.conditions as Array<{ reason: string }>;
    conditions[0].reason = 'AuthenticationFailed';
    renderArena(page, { api });
    expect(
      (await screen.findAllByText('AuthenticationFailed')).length,
    ).toBeGreaterThan(0);
    expect(
      screen.getAllByText(/Check what is in the Secret/).length,
    ).toBeGreaterThan(0);
  });

  it('follows what happens to it', async () => {
    const api = demoApi();
    renderArena(page, { api });
    await screen.findByRole('heading', { name: 'support' });
    await waitFor(() => expect(api.topics).toContain('sources'));
    act(() => api.put(source('support', { phase: 'Error', path: 'gone' })));
    expect(
      (await screen.findAllByText('the folder gone does not exist')).length,
    ).toBeGreaterThan(0);
  });

  it('is fetched on request, and runs', async () => {
    const api = demoApi();
    const { toasts } = renderArena(page, { api });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Sync now' }),
    );
    await waitFor(() =>
      expect(toasts).toEqual(['Source support is being fetched']),
    );
    expect(api.calls.some(({ method }) => method === 'syncSource')).toBe(true);
    expect(screen.getByRole('link', { name: 'Run this' })).toHaveAttribute(
      'href',
      '/arena/new?cluster=embedded&source=support&namespace=default',
    );
  });

  it('offers nothing that the reader may not do', async () => {
    renderArena(page, {
      api: demoApi(),
      denied: ['arena.resource.update', 'arena.job.create'],
    });
    await screen.findByRole('heading', { name: 'support' });
    expect(screen.queryByRole('button', { name: 'Sync now' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Upload' })).toBeNull();
    expect(screen.queryByRole('link', { name: 'Run this' })).toBeNull();
  });

  it('takes no uploads into a folder that is not its own', async () => {
    const api = demoApi();
    api.objects[0] = source('support', { path: 'shared' });
    renderArena(page, { api });
    await screen.findByRole('button', { name: 'Sync now' });
    expect(screen.queryByRole('button', { name: 'Upload' })).toBeNull();
  });

  it('says that there is none of that name', async () => {
    renderArena(page, { api: new FakeArenaApi({}) });
    expect(
      await screen.findByText('There is no source support'),
    ).toBeInTheDocument();
  });
});

describe('files of a source', () => {
  const problems: SourceProblem[] = [
    {
      severity: 'error',
      file: REFUND,
      line: 3,
      column: 10,
      field: 'spec.turns',
      message: 'must not be empty',
    },
  ];

  it('are shown with their lines and what is wrong in them', async () => {
    const { where } = renderArena(page, {
      api: demoApi({ problems }),
      at: '/?tab=files',
    });
    const tree = await screen.findByRole('navigation', {
      name: 'Files of the bundle',
    });
    expect(
      await within(tree).findByRole('img', { name: '1 problem' }),
    ).toBeInTheDocument();
    await userEvent.click(
      within(tree).getByRole('button', { name: /refund.yaml/ }),
    );
    const content = await screen.findByRole('textbox', {
      name: `Content of ${REFUND}`,
    });
    expect(content).toHaveTextContent('kind: Scenario');
    const file = screen.getByRole('region', { name: REFUND });
    expect(file).toHaveTextContent('Line 3:10: spec.turns must not be empty');
    expect(where()).toContain('file=scenarios%2Frefund.yaml');
    expect(await violations()).toEqual([]);
  });

  it('are those of the revision that was chosen', async () => {
    renderArena(page, {
      api: demoApi(),
      at: '/?tab=files&revision=2f1c02d9a7be&file=old.md',
    });
    expect(
      await screen.findByRole('textbox', { name: 'Content of old.md' }),
    ).toHaveTextContent('gone');
  });

  it('are parsed, and problems lead to their lines', async () => {
    renderArena(page, { api: demoApi({ problems }), at: '/?tab=bundle' });
    const scenarios = await screen.findByRole('table', { name: 'Scenarios' });
    expect(
      within(scenarios).getByRole('row', { name: /refund .* support/ }),
    ).toBeInTheDocument();
    expect(
      screen.getByText('The bundle cannot be run as long as it has errors'),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: `${REFUND}:3:10` }),
    ).toHaveAttribute(
      'href',
      '/arena/sources/embedded/default/support?tab=files&file=scenarios%2Frefund.yaml&line=3',
    );
    expect(await violations()).toEqual([]);
  });

  it('say why they cannot be parsed', async () => {
    const api = demoApi();
    api.failures.set(
      'sourceBundle',
      apiError(503, 'Unavailable', 'All plan processes are busy'),
    );
    renderArena(page, { api, at: '/?tab=bundle' });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'All plan processes are busy',
    );
  });

  it('are compared between two revisions', async () => {
    renderArena(page, { api: demoApi(), at: '/?tab=changes' });
    const patch = await screen.findByRole('region', {
      name: `Changes of ${REFUND}`,
    });
    expect(
      within(patch).getByRole('row', { name: '3 - turns: [1]' }),
    ).toBeInTheDocument();
    expect(
      within(patch).getByRole('row', { name: '3 + turns: []' }),
    ).toBeInTheDocument();
    expect(screen.getByText('3 files changed')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
  });

  it('are uploaded after a warning, without what is no part of a bundle', async () => {
    const api = demoApi();
    const { toasts } = renderArena(page, { api });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Upload' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent(
      'All files in default/support are replaced',
    );
    const fileAt = (path: string) =>
      Object.defineProperty(
        new File(['x'], path.split('/').pop()!),
        'webkitRelativePath',
        { value: path },
      );
    await userEvent.upload(within(dialog).getByLabelText(/^A folder/), [
      fileAt('my-bundle/config.arena.yaml'),
      fileAt('my-bundle/scenarios/a.yaml'),
      fileAt('my-bundle/.git/HEAD'),
    ]);
    expect(within(dialog).getByRole('status')).toHaveTextContent(
      '2 files, 2 B. 1 of version control or of the system are left out.',
    );
    expect(await violations()).toEqual([]);
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Upload' }),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const sent = api.calls.find(({ method }) => method === 'uploadSource');
    expect(sent?.args[1]).toMatchObject([
      { path: 'config.arena.yaml' },
      { path: 'scenarios/a.yaml' },
    ]);
    expect(toasts).toEqual(['2 files uploaded; the source is being fetched']);
  });
});
