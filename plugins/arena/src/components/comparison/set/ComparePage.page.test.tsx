import 'jest-canvas-mock';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  RunSetChange,
  RunSetComparison,
  RunSetMember,
  RunSetRow,
  RUN_SET_CHANGES,
  Transcript,
  WholeComparison,
} from '@backstage-arena/plugin-arena-common';
import { buildRun, FakeArenaApi, job } from '../../../__testUtils__';
import { apiError } from '../../../__testUtils__/apiError';
import { renderArena } from '../../../__testUtils__/renderArena';
import { violations } from '../../../__testUtils__/violations';
import { ComparePage } from './ComparePage';

const counts = (
  some: Partial<Record<RunSetChange, number>>,
): Record<RunSetChange, number> =>
  ({
    ...Object.fromEntries(RUN_SET_CHANGES.map(change => [change, 0])),
    ...some,
  } as Record<RunSetChange, number>);

const whole: WholeComparison = {
  scenarios: 2,
  cells: 2,
  judged: { baseline: 10, current: 10 },
  passRate: { baseline: 1, current: 0.5 },
  effect: -0.5,
  interval: { low: -0.8, high: -0.2 },
  confidence: 0.9,
  pValue: 0.004,
  method: 'stratified',
  significance: 0.05,
  minEffect: 0.01,
  regressed: true,
  excluded: {
    added: 0,
    gone: 0,
    edited: 0,
    unmatchedCells: 0,
    examples: { added: [], gone: [], edited: [] },
  },
};

const member = (
  id: string,
  more: Partial<RunSetMember> = {},
): RunSetMember => ({
  id,
  jobName: `job-${id}`,
  revision: 'main@1',
  state: 'Closed',
  outcome: 'Completed',
  createdAt: '2026-11-20T00:00:00.000Z',
  finishedAt: '2026-11-20T00:10:00.000Z',
  judged: 10,
  passed: 10,
  passRate: 1,
  interval: { low: 0.7, high: 1 },
  durationMs: 900,
  cost: 0.2,
  changedInputs: [],
  ...more,
});

function rowOf(
  scenario: string,
  change: RunSetChange,
  passed: number,
): RunSetRow {
  const figures = (good: number) => ({
    trials: 1,
    firstItem: scenario === 'refund' ? 0 : 1,
    judged: 5,
    passed: good,
    unjudged: 0,
    passRate: good / 5,
    interval: { low: 0, high: 1 },
    durationMs: 1_000 + good,
  });
  return {
    key: `${scenario}-key`,
    scenario,
    provider: 'gpt',
    region: 'default',
    variant: 0,
    cells: [
      { figures: figures(5) },
      { figures: figures(passed), change, effect: passed / 5 - 1 },
    ],
  };
}

const comparison: RunSetComparison = {
  cluster: 'embedded',
  namespace: 'default',
  significance: 0.05,
  minEffect: 0.01,
  runs: [
    member('a'),
    member('b', {
      revision: 'main@2',
      whole,
      changes: counts({ regressed: 1, unchanged: 1 }),
      changedInputs: ['source'],
    }),
  ],
  cells: 2,
  changes: counts({ regressed: 1, unchanged: 1 }),
};

const said = (text: string, passed: boolean): Transcript => ({
  version: 1,
  scenario: 'refund',
  provider: 'gpt',
  region: 'default',
  variant: 0,
  trial: 0,
  messages: [
    { role: 'user', content: 'I want my money back' },
    { role: 'assistant', content: text },
  ],
  checks: [
    {
      type: 'contains',
      level: 'conversation',
      passed,
      explanation: passed ? 'refund is there' : 'refund is missing',
    },
  ],
});

function demoApi() {
  const run = (id: string, passes: boolean) =>
    buildRun({
      id,
      jobName: `job-${id}`,
      scenarios: ['refund', 'delivery'],
      providers: [{ id: 'gpt' }],
      verdict: ({ scenario }) => ({
        status: passes || scenario !== 0 ? 'passed' : 'failed',
      }),
    });
  const api = new FakeArenaApi({
    objects: [job('job-a'), job('job-b')],
    runs: [run('a', true), run('b', false)],
    transcriptOf: runId =>
      runId === 'a'
        ? said('You get a refund today', true)
        : said('You get a voucher today', false),
  });
  const rows = [
    rowOf('refund', 'regressed', 0),
    rowOf('delivery', 'unchanged', 5),
  ];
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  api.runSets['a,b'] = {
    comparison,
    rows,
    inputs: [
      {
        runId: 'b',
        source: {
          before: { name: 'bundle', revision: 'main@1', digest: digest('1') },
          after: { name: 'bundle', revision: 'main@2', digest: digest('2') },
        },
        providers: {
          added: { count: 0, names: [] },
          removed: { count: 0, names: [] },
          changed: { count: 1, names: ['gpt'] },
          values: {
            gpt: [
              { name: 'model', before: 'small', after: 'large' },
              { name: 'base_url', isHidden: true },
            ],
          },
        },
      },
    ],
  };
  api.runSets['b,a'] = {
    ...api.runSets['a,b'],
    comparison: { ...comparison, runs: [member('b'), member('a')] },
  };
  return api;
}

// jsdom has no layout: the virtualiser sees a window of this size.
beforeAll(() => {
  jest.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
  jest.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(900);
});
afterAll(() => jest.restoreAllMocks());

describe('the comparison of runs', () => {
  it('shows the runs, what was changed, and the cells, regressions first', async () => {
    renderArena(<ComparePage />, { api: demoApi(), at: '/?runs=a,b' });
    const runs = await screen.findByRole('region', { name: 'Runs' });
    expect(within(runs).getByText('Regression')).toBeInTheDocument();
    expect(
      within(runs).getByText('−50.0 points').closest('td'),
    ).toHaveTextContent('−80.0 to −20.0');
    expect(
      await screen.findByRole('link', { name: 'Changed files' }),
    ).toHaveAttribute(
      'href',
      expect.stringMatching(/bundle\?tab=changes&from=main%401&to=main%402/),
    );
    expect(
      screen.getByText('gpt: model: small to large; base_url differs'),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('gridcell', {
        name: 'job-b: 0%, 0 of 5 trials passed, Regressed',
      }),
    ).toBeInTheDocument();
  });

  it('is accessible, with a cell open and without', async () => {
    renderArena(<ComparePage />, { api: demoApi(), at: '/?runs=a,b' });
    const cell = await screen.findByRole('gridcell', { name: /^job-b: 0%/ });
    await screen.findByRole('link', { name: 'Changed files' });
    expect(await violations()).toEqual([]);
    await userEvent.click(cell);
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('voucher');
    expect(await violations()).toEqual([]);
  });

  it('filters by change and by name, and keeps both in the address', async () => {
    const api = demoApi();
    const { where } = renderArena(<ComparePage />, { api, at: '/?runs=a,b' });
    const chip = await screen.findByRole('button', {
      name: 'Regressed 1',
    });
    await userEvent.click(chip);
    expect(where()).toContain('change=regressed');
    expect(await screen.findByText('1 of 2 cells')).toBeInTheDocument();
    expect(chip).toHaveAttribute('aria-pressed', 'true');
    await userEvent.type(screen.getByRole('searchbox'), 'nobody');
    expect(await screen.findByText('No cell matches')).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear filters' }),
    );
    expect(await screen.findByText('2 of 2 cells')).toBeInTheDocument();
    expect(where()).not.toContain('change=');
  });

  it('opens a cell by keyboard: side by side, with the words and the checks that differ', async () => {
    const { where } = renderArena(<ComparePage />, {
      api: demoApi(),
      at: '/?runs=a,b',
    });
    const grid = await screen.findByRole('grid');
    await screen.findByRole('gridcell', { name: /^job-b: 0%/ });
    grid.focus();
    await userEvent.keyboard('{ArrowDown}{ArrowUp}{ArrowRight}{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'refund on gpt' });
    expect(where()).toContain('cell=refund-key');
    const flipped = await within(dialog).findByRole('region', {
      name: 'Checks that flipped',
    });
    expect(flipped).toHaveTextContent(
      'contains in 1 job-b: passed to failed: refund is missing',
    );
    expect(within(dialog).getByText('voucher').tagName).toBe('INS');
    expect(within(dialog).getByText('refund').tagName).toBe('DEL');
    await userEvent.click(
      within(dialog).getByRole('switch', { name: 'Mark differences' }),
    );
    expect(
      within(dialog).getByText('You get a voucher today'),
    ).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(where()).not.toContain('cell='));
  });

  it('opens the cell of its address, and says when conversations are not for the reader', async () => {
    const api = demoApi();
    api.failures.set('transcript', apiError(403, 'NotAllowedError', 'No'));
    renderArena(<ComparePage />, {
      api,
      at: '/?runs=a,b&change=fixed&cell=refund-key',
    });
    const dialog = await screen.findByRole('dialog', { name: 'refund on gpt' });
    expect(await within(dialog).findAllByRole('alert')).toHaveLength(2);
  });

  it('changes the baseline, removes a run, and adds one', async () => {
    const api = demoApi();
    api.trends['job-a'] = {
      points: [
        {
          runId: 'a',
          jobName: 'job-a',
          finishedAt: '2026-11-20T00:10:00.000Z',
          phase: 'Succeeded',
          reason: 'JobSucceeded',
          revision: 'main@1',
          judged: 1,
          passed: 1,
          passRate: 1,
          cost: 0,
          cells: 1,
          flakyCells: 0,
          changedInputs: [],
        },
      ],
    };
    const { where } = renderArena(<ComparePage />, { api, at: '/?runs=a,b' });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Set as baseline: 1 job-b' }),
    );
    expect(where()).toContain('runs=b%2Ca');
    await userEvent.click(
      await screen.findByRole('button', { name: 'Remove 1 job-a' }),
    );
    expect(where()).toContain('runs=b');
    expect(await screen.findByText('One run more')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Add runs' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add runs' });
    await userEvent.click(
      await within(dialog).findByRole('button', { name: /job-a/ }),
    );
    await userEvent.click(
      await within(dialog).findByRole('checkbox', { name: /job-a .*100%/ }),
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Add 1' }),
    );
    expect(where()).toContain('runs=b%2Ca');
  });

  it('teaches when there is nothing to compare, and says what went wrong', async () => {
    const api = demoApi();
    const { unmount } = renderArena(<ComparePage />, { api, at: '/' });
    expect(
      await screen.findByText('No runs to compare yet'),
    ).toBeInTheDocument();
    unmount();
    renderArena(<ComparePage />, { api, at: '/?runs=a,gone' });
    expect(await screen.findByRole('alert')).toHaveTextContent('No set a,gone');
  });

  it('saves what matches', async () => {
    const api = demoApi();
    const click = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(() => {});
    URL.createObjectURL = jest.fn(() => 'blob:1');
    URL.revokeObjectURL = jest.fn();
    renderArena(<ComparePage />, {
      api,
      at: '/?runs=a,b&change=regressed&q=refund',
    });
    await userEvent.click(await screen.findByRole('button', { name: 'CSV' }));
    await waitFor(() => expect(click).toHaveBeenCalled());
    expect(
      api.calls.find(({ method }) => method === 'exportComparison')?.args[0],
    ).toMatchObject({
      run: ['a', 'b'],
      change: ['regressed'],
      search: 'refund',
    });
    click.mockRestore();
  });
});
