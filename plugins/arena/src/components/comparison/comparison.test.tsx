import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { RunGate, TrendPoint } from '@backstage-arena/plugin-arena-common';
import { buildRun, FakeArenaApi, job } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { JobPage } from '../job/JobPage';

const page = <JobPage cluster="embedded" namespace="default" name="nightly" />;

const gate: RunGate = {
  verdict: 'Regression',
  message: 'It is worse',
  baseline: { id: 'run-0', jobName: 'nightly-before', revision: 'main@1' },
  changedInputs: ['source', 'providers'],
  comparison: {
    scenarios: 12,
    cells: 24,
    judged: { baseline: 120, current: 120 },
    passRate: { baseline: 0.95, current: 0.7 },
    effect: -0.25,
    interval: { low: -0.36, high: -0.141 },
    pValue: 0.00012,
    method: 'signFlip',
    significance: 0.05,
    minEffect: 0.01,
    confidence: 0.9,
    decideByCells: false,
    decidedBy: 'whole',
    regressed: true,
    changes: {
      regressed: 1,
      fixed: 0,
      worse: 2,
      better: 0,
      flaky: 1,
      unchanged: 20,
    },
    changedCells: [
      {
        scenario: 'refund',
        provider: 'gpt',
        region: 'default',
        variant: 0,
        baseline: { judged: 5, passed: 5 },
        current: { judged: 5, passed: 0 },
        change: 'regressed',
        pValue: 0.004,
      },
    ],
    excluded: {
      added: 1,
      gone: 0,
      edited: 2,
      unmatchedCells: 0,
      examples: { added: [], gone: [], edited: [] },
    },
  },
};

function demoApi() {
  const nightly = job('nightly', { phase: 'Failed', passed: 10, failed: 2 });
  const api = new FakeArenaApi({
    objects: [
      {
        ...nightly,
        status: {
          ...nightly.status,
          result: { summary: { baselineVerdict: 'Regression' } },
        },
      },
    ],
    runs: [
      buildRun({
        id: 'run-1',
        jobName: 'nightly',
        scenarios: ['refund'],
        providers: [{ id: 'gpt' }],
        verdict: () => ({ status: 'failed', message: 'no' }),
      }),
    ],
  });
  api.gates['run-1'] = gate;
  return api;
}

const point = (n: number, overrides: Partial<TrendPoint> = {}): TrendPoint => ({
  runId: `run-${n}`,
  jobName: `nightly-${n}`,
  finishedAt: `2026-11-2${n}T02:31:00.000Z`,
  phase: 'Succeeded',
  reason: 'JobSucceeded',
  revision: 'main@1',
  judged: 20,
  passed: 19,
  passRate: 0.95,
  interval: { low: 0.76, high: 0.99 },
  duration: { p50: 800, p95: 2_400 },
  cost: 0.12,
  cells: 4,
  flakyCells: 1,
  changedInputs: [],
  ...overrides,
});

describe('what the baseline said', () => {
  it('is on the page of the job, with the cells that changed', async () => {
    renderArena(page, { api: demoApi() });
    expect(await screen.findByText('Regression')).toBeInTheDocument();
    expect(screen.getByText('95% to 70%')).toBeInTheDocument();
    expect(
      screen.getByText('−25.0 points (90 % interval −36.0 to −14.1)'),
    ).toBeInTheDocument();
    expect(screen.getByText('source, providers')).toBeInTheDocument();
    expect(screen.getByText('1 new, 0 gone, 2 edited')).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'nightly-before' }),
    ).toHaveAttribute('href', expect.stringContaining('run-0'));
    const table = screen.getByRole('region', { name: 'Cells that changed' });
    const row = within(table).getByText('refund').closest('tr')!;
    expect(within(row).getByText('5 of 5')).toBeInTheDocument();
    expect(within(row).getByText('0 of 5')).toBeInTheDocument();
    expect(within(row).getByText('Regressed')).toBeInTheDocument();
    expect(
      screen.getByText('3 more changed cells are not listed'),
    ).toBeInTheDocument();
  });

  it('is told in words when there was nothing to compare with', async () => {
    const api = demoApi();
    api.gates['run-1'] = {
      verdict: 'NoBaseline',
      message: 'There is nothing to compare with yet',
      changedInputs: [],
    };
    renderArena(page, { api });
    expect(
      await screen.findByText('There is nothing to compare with yet'),
    ).toBeInTheDocument();
    expect(screen.getByText('No baseline yet')).toBeInTheDocument();
  });
});

describe('the trend of a job', () => {
  it('has a point for each run that leads to it, and a table', async () => {
    const api = demoApi();
    api.trends.nightly = {
      points: [
        point(3, {
          phase: 'Failed',
          reason: 'Regression',
          passRate: 0.7,
          changedInputs: ['source'],
          gate: {
            verdict: 'Regression',
            baselineRunId: 'run-2',
            effect: -0.25,
          },
        }),
        point(2),
        point(1, { passRate: undefined, interval: undefined }),
      ],
    };
    renderArena(page, { api, at: '/?tab=runs' });
    const chart = await screen.findByRole('figure', { name: /^Pass rate/ });
    // The one without a verdict has no point.
    const links = within(chart).getAllByRole('link');
    expect(links).toHaveLength(2);
    expect(links[1]).toHaveAccessibleName(
      /: 70%, interval 76–99%, Failed, Regression, changed: source$/,
    );
    expect(links[1]).toHaveAttribute('href', expect.stringContaining('run-3'));
    expect(
      within(chart).getByRole('img', { name: /of 3 runs, .*; latest 70%$/ }),
    ).toBeInTheDocument();
    // One stop for the tabulator; arrows do the rest.
    expect(links.map(({ tabIndex }) => tabIndex)).toEqual([-1, 0]);
    act(() => links[1].focus());
    await userEvent.keyboard('{ArrowLeft}');
    expect(links[0]).toHaveFocus();
    expect(links.map(({ tabIndex }) => tabIndex)).toEqual([0, -1]);
    await userEvent.keyboard('{ArrowLeft}{End}');
    expect(links[1]).toHaveFocus();
    await userEvent.click(screen.getByText('All figures as a table'));
    const table = await screen.findByRole('region', { name: 'Trend' });
    expect(within(table).getAllByText('p50 800 ms, p95 2.4 s')).toHaveLength(3);
  });

  it('says so when nothing has ended yet', async () => {
    renderArena(page, { api: demoApi(), at: '/?tab=runs' });
    expect(await screen.findByText('No run has ended yet')).toBeInTheDocument();
  });
});
