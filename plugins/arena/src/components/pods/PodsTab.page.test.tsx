import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { buildRun, FakeArenaApi, job } from '../../__testUtils__';
import { FakeKubernetes, pod } from '../../__testUtils__/FakeKubernetes';
import { renderArena } from '../../__testUtils__/renderArena';
import { JobPage } from '../job/JobPage';

function renderPods(
  options: {
    cluster?: string;
    kubernetes?: FakeKubernetes;
    noRun?: true;
    denied?: string[];
  } = {},
) {
  const { cluster = 'prod', kubernetes } = options;
  const api = new FakeArenaApi({
    clusters: [
      { name: 'embedded', kind: 'embedded', ready: true },
      { name: 'prod', kind: 'kubernetes', ready: true },
    ],
    objects: [job('nightly')],
    elsewhere: { prod: [job('nightly')] },
    runs: options.noRun
      ? []
      : [
          buildRun({
            id: 'run-1',
            jobName: 'nightly',
            scenarios: ['greeting'],
            providers: [{ id: 'gpt' }],
            verdict: () => ({ status: 'passed' }),
          }),
        ],
  });
  return renderArena(
    <JobPage cluster={cluster} namespace="default" name="nightly" />,
    { api, kubernetes, at: '/?tab=pods', denied: options.denied },
  );
}

describe('pods of a job', () => {
  it('are not offered where workers are no pods', async () => {
    renderPods({ cluster: 'embedded', kubernetes: new FakeKubernetes() });
    await screen.findByRole('tab', { name: 'Overview', selected: true });
    expect(screen.queryByRole('tab', { name: 'Pods' })).toBeNull();
  });

  it('say what to install without the Kubernetes plugin', async () => {
    renderPods();
    expect(
      await screen.findByText('Pods are shown by the Kubernetes plugin'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/@backstage\/plugin-kubernetes-backend/),
    ).toBeInTheDocument();
  });

  it.each(['kubernetes.proxy', 'kubernetes.clusters.read'])(
    '%s: are kept from those who may not look into clusters',
    async permission => {
      const kubernetes = new FakeKubernetes();
      renderPods({ kubernetes, denied: [permission] });
      expect(
        await screen.findByText('You may not look into clusters'),
      ).toBeInTheDocument();
      expect(kubernetes.asked).toEqual([]);
    },
  );

  it('say when the Kubernetes plugin does not know the cluster', async () => {
    const kubernetes = new FakeKubernetes();
    kubernetes.clusters = { other: [] };
    renderPods({ kubernetes });
    expect(
      await screen.findByText('The Kubernetes plugin has no cluster prod'),
    ).toBeInTheDocument();
  });

  it('show phase, reason, restarts and node, of this run alone', async () => {
    const kubernetes = new FakeKubernetes();
    kubernetes.clusters.prod = [
      pod('nightly-worker-a'),
      pod('nightly-worker-b', {
        status: {
          phase: 'Failed',
          containerStatuses: [
            {
              name: 'worker',
              image: 'i',
              imageID: '',
              ready: false,
              restartCount: 2,
              state: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
            },
          ],
        },
      }),
      pod('nightly-finalize-c', { component: 'finalize', phase: 'Succeeded' }),
    ];
    renderPods({ kubernetes });
    const failed = await screen.findByRole('row', { name: /nightly-worker-b/ });
    expect(failed).toHaveTextContent('Failed');
    expect(failed).toHaveTextContent('OOMKilled');
    expect(failed).toHaveTextContent('exit code 137');
    expect(failed).toHaveTextContent('node-1');
    expect(within(failed).getByText('2')).toBeInTheDocument();
    expect(screen.getByRole('row', { name: /finalize-c/ })).toHaveTextContent(
      'Writes the reports',
    );
    expect(decodeURIComponent(kubernetes.asked[0])).toBe(
      '/api/v1/namespaces/default/pods?labelSelector=arena.backstage.io/run=run-1&limit=500',
    );
  });

  it('are looked for by the name of the job before there is a run', async () => {
    const kubernetes = new FakeKubernetes();
    renderPods({ kubernetes, noRun: true });
    expect(await screen.findByText('No pods')).toBeInTheDocument();
    expect(decodeURIComponent(kubernetes.asked[0])).toContain(
      'labelSelector=omnia.altairalabs.ai/job=nightly&',
    );
  });

  it('say why they cannot be read', async () => {
    const kubernetes = new FakeKubernetes();
    kubernetes.fault = { status: 403, message: 'pods is forbidden' };
    renderPods({ kubernetes });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'pods is forbidden',
    );
    expect(screen.queryByText('No pods')).toBeNull();
  });

  it('show the logs of each container', async () => {
    const kubernetes = new FakeKubernetes();
    kubernetes.clusters.prod = [
      pod('nightly-worker-a', { containers: ['worker', 'proxy'] }),
    ];
    kubernetes.logs = { 'nightly-worker-a/worker': '' };
    renderPods({ kubernetes });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Logs of nightly-worker-a' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(
      await within(dialog).findByText('Nothing was written yet'),
    ).toBeInTheDocument();
    expect(
      within(dialog).getByRole('switch', { name: 'Follow' }),
    ).toBeChecked();
    await userEvent.click(
      within(dialog).getByRole('button', { name: /Container/ }),
    );
    await userEvent.click(await screen.findByRole('option', { name: 'proxy' }));
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      'pods "nightly-worker-a" not found',
    );
    kubernetes.logs['nightly-worker-a/proxy'] = '';
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Try again' }),
    );
    await waitFor(() => expect(within(dialog).queryByRole('alert')).toBeNull());
  });

  it('show the end of a long log, and where there is all of it', async () => {
    const kubernetes = new FakeKubernetes();
    kubernetes.clusters.prod = [pod('nightly-worker-a')];
    const lines = Array.from({ length: 1_500 }, (_, i) => `line ${i}\n`);
    kubernetes.logs = { 'nightly-worker-a/worker': lines.join('') };
    renderPods({ kubernetes });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Logs of nightly-worker-a' }),
    );
    expect(
      await screen.findByText(
        'The last 1000 lines. All of them: kubectl logs -n default nightly-worker-a -c worker',
      ),
    ).toBeInTheDocument();
    const asked = kubernetes.asked.filter(path => path.includes('/log?'));
    expect(asked[0]).toBe(
      '/api/v1/namespaces/default/pods/nightly-worker-a/log?container=worker&tailLines=1001',
    );
    // Not read any more once nobody looks.
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const count = kubernetes.asked.length;
    await new Promise(resolve => setTimeout(resolve, 3_500));
    const since = kubernetes.asked.slice(count);
    expect(since.filter(path => path.includes('/log?'))).toEqual([]);
  });

  it('name the command for what was written before a restart', async () => {
    const kubernetes = new FakeKubernetes();
    kubernetes.clusters.prod = [
      pod('nightly-worker-a', {
        status: {
          phase: 'Running',
          containerStatuses: [
            {
              name: 'worker',
              image: 'i',
              imageID: '',
              ready: true,
              restartCount: 1,
              state: { running: {} },
            },
          ],
        },
      }),
    ];
    kubernetes.logs = { 'nightly-worker-a/worker': 'line\n'.repeat(1_001) };
    renderPods({ kubernetes });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Logs of nightly-worker-a' }),
    );
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText(/-c worker$/);
    const [, previous] = within(dialog).getAllByRole('switch');
    await userEvent.click(previous);
    expect(
      await within(dialog).findByText(/-c worker --previous$/),
    ).toBeInTheDocument();
  });

  it('have no logs before their container starts', async () => {
    const kubernetes = new FakeKubernetes();
    kubernetes.clusters.prod = [
      pod('nightly-worker-a', { status: { phase: 'Pending' } }),
    ];
    renderPods({ kubernetes });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Logs of nightly-worker-a' }),
    );
    expect(
      await screen.findByText('The container has not started'),
    ).toBeInTheDocument();
  });
});
