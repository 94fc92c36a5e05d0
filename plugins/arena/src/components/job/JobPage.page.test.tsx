import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  apiError,
  buildRun,
  event,
  FakeArenaApi,
  job,
} from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { JobPage } from './JobPage';
import { RunPage } from './RunPage';

const page = <JobPage cluster="embedded" namespace="default" name="nightly" />;

function demoApi(options: { open?: boolean } = {}) {
  const fake = buildRun({
    id: 'run-1',
    jobName: 'nightly',
    scenarios: ['greeting', 'refund', 'handover'],
    providers: [{ id: 'gpt' }, { id: 'claude' }],
    trials: 2,
    verdict: ({ scenario, provider, trial }) => {
      if (options.open && scenario === 2) return undefined;
      if (scenario === 1 && provider === 1) {
        return { status: 'failed', message: `no deadline in trial ${trial}` };
      }
      return { status: 'passed' };
    },
  });
  const api = new FakeArenaApi({
    objects: [
      job('nightly', {
        phase: options.open ? 'Running' : 'Failed',
        passed: 10,
        failed: 2,
      }),
    ],
    runs: [fake],
    events: [
      event('WorkerRestarted', 'worker-1 was killed', {
        name: 'nightly',
        type: 'Warning',
        count: 3,
      }),
    ],
    transcriptOf: (_, item) => ({
      version: 1,
      scenario: item.scenario,
      provider: item.provider,
      region: 'default',
      variant: 0,
      trial: item.trial,
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: `Question of item ${item.index}` },
        {
          role: 'assistant',
          content: 'Let me look.',
          toolCalls: [
            { id: 'c1', name: 'get_order', arguments: { orderId: '4711' } },
          ],
          latencyMs: 1200,
          inputTokens: 400,
          outputTokens: 30,
          cost: 0.0012,
        },
        {
          role: 'tool',
          content: '{"status":"delivered"}',
          toolResult: { id: 'c1', name: 'get_order' },
        },
        {
          role: 'assistant',
          content: 'It was delivered.',
          validations: [
            { type: 'pii_filter', passed: false, message: 'address removed' },
          ],
          checks: [
            {
              type: 'content_includes',
              level: 'turn',
              passed: false,
              explanation: 'The reply does not contain "30 days".',
              params: { patterns: ['30 days'] },
            },
          ],
        },
      ],
      checks: [
        {
          type: 'llm_judge',
          level: 'conversation',
          passed: true,
          score: 0.9,
          explanation: 'Polite and correct.',
        },
        {
          type: 'max_cost',
          level: 'conversation',
          passed: true,
          skipped: true,
          explanation: 'No prices are known.',
        },
      ],
    }),
  });
  return { api, fake };
}

async function matrixOf() {
  return screen.findByRole('grid', {
    name: 'Results by scenario and provider',
  });
}

function activeCell(grid: HTMLElement) {
  const id = grid.getAttribute('aria-activedescendant') ?? '';
  return document.getElementById(id)?.textContent ?? '';
}

describe('JobPage', () => {
  it('says who, how far, how well and why', async () => {
    const { api } = demoApi();
    renderArena(page, { api });
    expect(
      await screen.findByRole('heading', { name: 'nightly' }),
    ).toBeInTheDocument();
    expect(screen.getAllByText('TestsFailed')[0]).toBeInTheDocument();
    expect(
      screen.getByRole('progressbar', { name: 'Progress of nightly' }),
    ).toHaveAttribute('aria-valuenow', '12');
    const passRate = screen.getAllByText('Pass rate')[0].parentElement;
    expect(passRate).toHaveTextContent('83.3%');
    expect(screen.getByText('user:default/ada')).toBeInTheDocument();
    expect(screen.getByText('workspace@4f1c02d9a7be')).toBeInTheDocument();
    expect(screen.getByText(/killed by SIGKILL/)).toBeInTheDocument();
  });

  it('shows the cost against the budget, and that it is used up', async () => {
    const { api, fake } = demoApi();
    fake.run = {
      ...fake.run,
      counters: { ...fake.run.counters, cost: 4.5 },
      budget: { limit: 5, currency: 'EUR', granted: 4.9, exhausted: true },
    };
    renderArena(page, { api });
    const bar = await screen.findByRole('progressbar', {
      name: 'Cost against the budget',
    });
    expect(bar).toHaveAttribute('aria-valuenow', '4.5');
    expect(bar).toHaveAttribute(
      'aria-valuetext',
      '€4.50 of €5.00, €4.90 given to workers',
    );
    expect(
      screen.getByTitle(/^The next call might have exceeded the budget/),
    ).toBeInTheDocument();
  });

  it('goes through the matrix by keyboard and down to the items', async () => {
    const { api } = demoApi();
    const { where } = renderArena(page, { api });
    const grid = await matrixOf();
    expect(grid).toHaveAttribute('aria-rowcount', '4');
    expect(grid).toHaveAttribute('aria-colcount', '3');
    expect(activeCell(grid)).toContain('greeting on gpt');
    act(() => grid.focus());
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowDown}');
    expect(activeCell(grid)).toContain(
      'refund on claude: 0% passed, broken, 95 % interval 0–66% (0 passed, 2 failed, 0 errored, 0 pending)',
    );
    await userEvent.keyboard('{Control>}{End}{/Control}');
    expect(activeCell(grid)).toContain('handover on claude');
    await userEvent.keyboard('{Home}{PageUp}');
    expect(activeCell(grid)).toContain('greeting on gpt');
    await userEvent.keyboard('{ArrowDown}{ArrowRight}{Enter}');
    await waitFor(() =>
      expect(where()).toBe('/?tab=items&scenario=refund&provider=claude'),
    );
    const items = await screen.findByRole('grid', { name: 'Items' });
    await waitFor(() =>
      expect(within(items).getAllByText('Failed')).toHaveLength(2),
    );
    expect(within(items).queryByText('greeting')).toBeNull();
    const statistics = await screen.findByRole('region', {
      name: 'refund on claude',
    });
    expect(await within(statistics).findByText('broken')).toBeInTheDocument();
  });

  it('says how many cells are stable, flaky and broken', async () => {
    const { api } = demoApi();
    renderArena(page, { api });
    const counts = await screen.findByRole('list', {
      name: 'Cells with several items',
    });
    expect(
      within(counts)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual(['5 stable', '1 broken']);
  });

  it('puts the worst scenario first on request', async () => {
    const { api } = demoApi();
    renderArena(page, { api });
    const grid = await matrixOf();
    const first = () => within(grid).getAllByRole('rowheader')[0];
    expect(first()).toHaveTextContent('greeting');
    await userEvent.click(screen.getByRole('switch', { name: 'Worst first' }));
    expect(first()).toHaveTextContent('refund');
  });

  it('shows the whole conversation of an item, with checks and tools', async () => {
    const { api } = demoApi();
    const { where } = renderArena(page, { api, at: '/?tab=items' });
    const items = await screen.findByRole('grid', { name: 'Items' });
    const [row] = await within(items).findAllByRole('row', {
      name: 'refund on claude: Failed',
    });
    await userEvent.click(row);
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('#6 refund on claude');
    expect(where()).toContain('item=6');
    const talk = await within(dialog).findByRole('list', {
      name: 'Conversation',
    });
    expect(talk).toHaveTextContent('Question of item 6');
    expect(
      within(talk).getByRole('group', { name: 'Arguments of get_order' }),
    ).toHaveTextContent('"orderId": "4711"');
    expect(talk).toHaveTextContent('Result of get_order');
    expect(talk).toHaveTextContent('"status": "delivered"');
    expect(talk).toHaveTextContent('1.2 s · 400 tokens in, 30 out · $0.0012');
    expect(talk).toHaveTextContent(
      'Guardrail pii_filter fired: address removed',
    );
    const turn = within(talk).getByRole('list', {
      name: 'Checks of this turn',
    });
    expect(turn).toHaveTextContent('content_includes failed');
    expect(turn).toHaveTextContent('The reply does not contain "30 days".');
    const checks = within(dialog).getByRole('list', {
      name: 'Checks of the conversation',
    });
    expect(checks).toHaveTextContent('llm_judge passed score 0.9');
    expect(checks).toHaveTextContent('max_cost skipped');
  });

  it('goes to the next and previous item by keyboard', async () => {
    const { api } = demoApi();
    const { where } = renderArena(page, { api, at: '/?tab=items&item=0' });
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('Question of item 0');
    expect(
      within(dialog).getByRole('button', { name: 'Previous item' }),
    ).toBeDisabled();
    await userEvent.keyboard('jj');
    expect(
      await within(dialog).findByText('Question of item 2'),
    ).toBeInTheDocument();
    await userEvent.keyboard('k');
    expect(
      await within(dialog).findByText('Question of item 1'),
    ).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(where()).toBe('/?tab=items'));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('goes through the items by keyboard', async () => {
    const { api } = demoApi();
    const { where } = renderArena(page, { api, at: '/?tab=items' });
    const items = await screen.findByRole('grid', { name: 'Items' });
    const rows = await within(items).findAllByRole('row', {
      name: /: (Passed|Failed)$/,
    });
    act(() => rows[0].focus());
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await waitFor(() => expect(rows[2]).toHaveFocus());
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(where()).toContain('item=2'));
  });

  it('keeps transcripts from those who may not read them', async () => {
    const { api } = demoApi();
    api.failures.set('transcript', apiError(403, 'NotAllowedError', 'No'));
    renderArena(page, { api, at: '/?tab=items&item=0' });
    expect(
      await screen.findByText('You may not read transcripts'),
    ).toBeInTheDocument();
  });

  it('filters and sorts items on the server', async () => {
    const { api } = demoApi();
    const { where } = renderArena(page, {
      api,
      at: '/?tab=items&status=failed',
    });
    const items = await screen.findByRole('grid', { name: 'Items' });
    await waitFor(() =>
      expect(within(items).getAllByRole('row')).toHaveLength(3),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Cost' }));
    await waitFor(() => expect(where()).toContain('orderBy=cost&order=desc'));
    const call = api.calls.filter(one => one.method === 'items').at(-1);
    expect(call?.args[1]).toMatchObject({
      status: ['failed'],
      orderBy: 'cost',
      order: 'desc',
    });
  });

  it('shows a running job as it goes on', async () => {
    const { api, fake } = demoApi({ open: true });
    renderArena(page, { api });
    const grid = await matrixOf();
    expect(grid).toHaveTextContent('handover on gpt: no result yet');
    expect(
      screen.getByText('Running: 60% of 12 items done'),
    ).toBeInTheDocument();
    await waitFor(() => expect(api.topics).toContain('run:run-1'));
    act(() => {
      api.emit({
        type: 'matrix',
        runId: 'run-1',
        cells: [{ ...fake.matrix.cells[4], passed: 1, failed: 1, pending: 0 }],
      });
      api.emit({
        type: 'run',
        run: {
          ...fake.run,
          counters: { ...fake.run.counters, passed: 7, failed: 3, pending: 2 },
        },
      });
    });
    expect(
      await within(grid).findByText(/handover on gpt: 50% passed/),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('progressbar', { name: 'Progress of nightly' }),
    ).toHaveAttribute('aria-valuenow', '10');
    expect(
      screen.getByText('Running: 80% of 12 items done'),
    ).toBeInTheDocument();
  });

  it('offers to cancel only while it runs, and only to those who may', async () => {
    const { api } = demoApi({ open: true });
    const { unmount } = renderArena(page, { api });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Cancel job' }),
    );
    await waitFor(() =>
      expect(api.calls.some(call => call.method === 'cancel')).toBe(true),
    );
    expect(
      await screen.findByRole('button', { name: 'Run again' }),
    ).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Cancel job' })).toBeNull();
    unmount();

    renderArena(page, {
      api: demoApi({ open: true }).api,
      denied: ['arena.job.cancel', 'arena.job.rerun', 'arena.job.delete'],
    });
    await matrixOf();
    expect(screen.queryByRole('button', { name: 'Cancel job' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Run again' })).toBeNull();
  });

  it('shows events, newest state first, and those that come', async () => {
    const { api } = demoApi();
    renderArena(page, { api, at: '/?tab=events' });
    const row = await screen.findByRole('row', { name: /WorkerRestarted/ });
    expect(row).toHaveTextContent('worker-1 was killed');
    expect(row).toHaveTextContent('3');
    await waitFor(() =>
      expect(api.topics).toContain('job:embedded/default/nightly'),
    );
    act(() =>
      api.emit({
        type: 'event',
        cluster: 'embedded',
        event: event('Cancelled', 'by user:default/ada', { name: 'nightly' }),
      }),
    );
    expect(
      await screen.findByRole('row', { name: /Cancelled/ }),
    ).toBeInTheDocument();
  });

  it('writes reports once more that could not be written', async () => {
    const { api } = demoApi();
    api.runs[0].run.finalizeError = 'the bucket does not exist';
    renderArena(page, { api, at: '/?tab=reports' });
    expect(
      await screen.findByText('The reports could not be written'),
    ).toBeInTheDocument();
    expect(screen.getByText('the bucket does not exist')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Write again' }));
    expect(
      await screen.findByText('Writing the reports is being tried again'),
    ).toBeInTheDocument();
    expect(api.calls).toContainEqual({
      method: 'retryReports',
      args: ['run-1'],
    });
    expect(
      screen.queryByRole('button', { name: 'Write again' }),
    ).not.toBeInTheDocument();
  });

  it('downloads reports', async () => {
    const { api } = demoApi();
    const saved: string[] = [];
    Object.assign(URL, {
      createObjectURL: () => 'blob:report',
      revokeObjectURL: () => {},
    });
    const click = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(function save(this: HTMLAnchorElement) {
        saved.push(this.download);
      });
    api.report = async () =>
      ({ blob: async () => new Blob(['{}']) } as Response);
    renderArena(page, { api, at: '/?tab=reports' });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Download junit.xml' }),
    );
    await waitFor(() => expect(saved).toEqual(['junit.xml']));
    click.mockRestore();
  });

  it('waits for a job without a run and says what for', async () => {
    const api = new FakeArenaApi({
      objects: [job('nightly', { phase: 'Pending', passed: 0 })],
    });
    renderArena(page, { api });
    expect(await screen.findByText('No run yet')).toBeInTheDocument();
    expect(screen.getByText('Everything is in place')).toBeInTheDocument();
  });

  it('says that there is no such job', async () => {
    renderArena(page, { api: new FakeArenaApi({}) });
    expect(
      await screen.findByText('There is no job nightly'),
    ).toBeInTheDocument();
  });

  it('says what went wrong and tries again', async () => {
    const { api } = demoApi();
    api.failures.set('get', apiError(500, 'Error', 'The database is gone'));
    renderArena(page, { api });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The database is gone',
    );
    api.failures.clear();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('heading', { name: 'nightly' }),
    ).toBeInTheDocument();
  });
});

describe('RunPage', () => {
  it('shows a run whose job is gone', async () => {
    const { api } = demoApi();
    api.objects.length = 0;
    renderArena(<RunPage runId="run-1" />, { api });
    expect(await matrixOf()).toHaveTextContent('refund on claude');
    expect(
      screen.getByText('The job was deleted; this is what its run left.'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Run again' })).toBeNull();
  });

  it('does not take a namesake of its job for its job', async () => {
    const { api, fake } = demoApi();
    fake.run.jobUid = 'another';
    renderArena(<RunPage runId="run-1" />, { api });
    await matrixOf();
    expect(
      screen.getByText('The job was deleted; this is what its run left.'),
    ).toBeInTheDocument();
  });

  it('says that there is no such run', async () => {
    renderArena(<RunPage runId="nope" />, { api: new FakeArenaApi({}) });
    expect(await screen.findByRole('alert')).toHaveTextContent('No run nope');
  });
});
