import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { EditorView } from '@codemirror/view';
import { parse } from 'yaml';
import {
  apiError,
  FakeArenaApi,
  job,
  object,
  source,
} from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { NewJobPage } from './NewJobPage';

function demoApi() {
  const api = new FakeArenaApi({
    objects: [
      source('support-agent'),
      source('guards', { namespace: 'payments' }),
      object('Provider', 'gpt4'),
      object('Provider', 'shared', { namespace: 'shared-providers' }),
    ],
  });
  api.admit = ({ spec }) => {
    const type = spec.type;
    if (type !== 'evaluation') {
      const message = `spec.type: Unsupported value: "${type}"`;
      throw apiError(422, 'Invalid', 'The ArenaJob is invalid', [
        { field: 'spec.type', reason: 'FieldValueNotSupported', message },
      ]);
    }
  };
  return api;
}

async function editor() {
  const content = await screen.findByRole('textbox', {
    name: 'YAML of the job',
  });
  const view = EditorView.findFromDOM(content);
  if (!view) throw new Error('There is no editor');
  return {
    text: () => view.state.doc.toString(),
    replace: (from: string, to: string) => {
      const at = view.state.doc.toString().indexOf(from);
      view.dispatch({
        changes: { from: at, to: at + from.length, insert: to },
      });
    },
  };
}

function created(api: FakeArenaApi, dryRun: boolean) {
  return api.calls.filter(call => {
    const options = call.args[2] as { dryRun?: boolean } | undefined;
    return call.method === 'create' && Boolean(options?.dryRun) === dryRun;
  });
}

describe('NewJobPage', () => {
  it('shows what the server refuses, at its line', async () => {
    const api = demoApi();
    renderArena(<NewJobPage />, { api, at: '/?source=support-agent' });
    const yaml = await editor();
    expect(
      await screen.findByText('The server would accept this job.'),
    ).toBeInTheDocument();
    yaml.replace('type: evaluation', 'type: exam');
    const problems = await screen.findByRole('list', { name: 'Problems' });
    expect(problems).toHaveTextContent(
      'Line 10: spec.type: Unsupported value: "exam"',
    );
    const line = yaml.text().split('\n')[9];
    expect(line).toBe('  type: exam');
    await waitFor(() =>
      expect(document.querySelector('.cm-lint-marker-error')).not.toBeNull(),
    );
    expect(document.querySelector('.cm-lintRange-error')).toHaveTextContent(
      'type: exam',
    );
    yaml.replace('type: exam', 'type: evaluation');
    expect(
      await screen.findByText('The server would accept this job.'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('list', { name: 'Problems' })).toBeNull();
    expect(created(api, false)).toEqual([]);
  });

  it('shows syntax errors at their line without asking the server', async () => {
    const api = demoApi();
    renderArena(<NewJobPage />, { api, at: '/?source=support-agent' });
    const yaml = await editor();
    await screen.findByText('The server would accept this job.');
    const asked = created(api, true).length;
    yaml.replace('type: evaluation', 'type: "evaluation');
    expect(
      await screen.findByRole('list', { name: 'Problems' }),
    ).toHaveTextContent(/Line 1\d: /);
    expect(screen.getByRole('button', { name: 'Create' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Dry run' })).toBeDisabled();
    expect(screen.getByRole('textbox', { name: /^Name\b/ })).toBeDisabled();
    expect(created(api, true)).toHaveLength(asked);
  });

  it('edits the text by the form and keeps its comments', async () => {
    const api = demoApi();
    renderArena(<NewJobPage />, { api });
    const yaml = await editor();
    const name = screen.getByRole('textbox', { name: /^Name\b/ });
    await userEvent.clear(name);
    await userEvent.type(name, 'weekly');
    await userEvent.type(
      screen.getByRole('textbox', { name: /to include/ }),
      'a-*, b',
    );
    await userEvent.click(screen.getByRole('button', { name: /Source/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'support-agent' }),
    );
    await userEvent.click(screen.getByRole('checkbox', { name: 'junit' }));
    await userEvent.click(screen.getByRole('button', { name: /Providers/ }));
    await userEvent.click(await screen.findByRole('option', { name: 'gpt4' }));
    await userEvent.click(
      screen.getByRole('option', { name: 'shared-providers/shared' }),
    );
    await waitFor(() =>
      expect(parse(yaml.text())).toMatchObject({
        metadata: { name: 'weekly', namespace: 'default' },
        spec: {
          sourceRef: { name: 'support-agent' },
          scenarios: { include: ['a-*', 'b'] },
          evaluation: { outputFormats: ['junit'] },
          providers: {
            default: [
              { providerRef: { name: 'gpt4' } },
              {
                providerRef: { name: 'shared', namespace: 'shared-providers' },
              },
            ],
          },
        },
      }),
    );
    expect(yaml.text()).toContain('# The bundle of scenarios to run.');
  });

  it('shows in the form what is written in the text', async () => {
    renderArena(<NewJobPage />, { api: demoApi() });
    const yaml = await editor();
    yaml.replace('name: my-evaluation', 'name: from-text');
    await waitFor(() =>
      expect(screen.getByRole('textbox', { name: /^Name\b/ })).toHaveValue(
        'from-text',
      ),
    );
  });

  it('creates the job and goes to its page', async () => {
    const api = demoApi();
    const { where, toasts } = renderArena(<NewJobPage />, {
      api,
      at: '/?source=guards&namespace=payments&component=component:default/shop',
    });
    await editor();
    await userEvent.click(screen.getByRole('button', { name: 'Create' }));
    await waitFor(() =>
      expect(where()).toBe('/arena/jobs/embedded/payments/my-evaluation'),
    );
    expect(toasts).toEqual(['Job my-evaluation was created']);
    const [call] = created(api, false);
    expect(parse(String(call.args[1]))).toMatchObject({
      metadata: {
        annotations: {
          'arena.backstage.io/component': 'component:default/shop',
        },
      },
      spec: { sourceRef: { name: 'guards' } },
    });
  });

  it('begins with a copy of another job, without what is of that one alone', async () => {
    const nightly = job('nightly');
    const api = new FakeArenaApi({
      objects: [
        source('support-agent'),
        {
          ...nightly,
          metadata: {
            ...nightly.metadata,
            labels: { team: 'support' },
            annotations: {
              'arena.backstage.io/creator': 'user:default/jo',
              'arena.backstage.io/component': 'component:default/shop',
            },
          },
          spec: { ...nightly.spec, trials: 7 },
        },
      ],
    });
    renderArena(<NewJobPage />, {
      api,
      at: '/?namespace=default&copyOf=nightly',
    });
    const yaml = await editor();
    expect(parse(yaml.text())).toEqual({
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaJob',
      metadata: {
        name: 'nightly-copy',
        namespace: 'default',
        labels: { team: 'support' },
        annotations: {
          'arena.backstage.io/component': 'component:default/shop',
        },
      },
      spec: { ...nightly.spec, trials: 7 },
    });
  });

  it('says which job it cannot copy', async () => {
    renderArena(<NewJobPage />, { api: demoApi(), at: '/?copyOf=gone' });
    expect(
      await screen.findByText('The job gone could not be read'),
    ).toBeInTheDocument();
  });

  it('stays and says why when the server refuses', async () => {
    const api = demoApi();
    api.failures.set(
      'create',
      apiError(409, 'ConflictError', 'my-evaluation already exists'),
    );
    const { where } = renderArena(<NewJobPage />, { api });
    await editor();
    await userEvent.click(screen.getByRole('button', { name: 'Create' }));
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'my-evaluation already exists',
    );
    expect(where()).toBe('/');
  });

  it('is closed to those who may not create jobs', async () => {
    const api = demoApi();
    renderArena(<NewJobPage />, { api, denied: ['arena.job.create'] });
    expect(
      await screen.findByText('You may not create jobs'),
    ).toBeInTheDocument();
    expect(within(document.body).queryByRole('textbox')).toBeNull();
    expect(api.calls.some(call => call.method === 'create')).toBe(false);
  });

  it('makes a load test', async () => {
    renderArena(<NewJobPage />, {
      api: demoApi(),
      at: '/?source=support-agent',
    });
    const yaml = await editor();
    await userEvent.click(screen.getByRole('button', { name: /Type/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Load test' }),
    );
    await userEvent.type(
      await screen.findByRole('textbox', { name: 'Latency p95 below' }),
      '2s',
    );
    await waitFor(() =>
      expect(parse(yaml.text()).spec).toMatchObject({
        type: 'loadtest',
        loadTest: {
          targetRPS: 10,
          duration: '5m',
          thresholds: [{ metric: 'latency_p95', operator: '<', value: '2s' }],
        },
      }),
    );
  });
});
