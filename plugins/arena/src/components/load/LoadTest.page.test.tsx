import 'jest-canvas-mock';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { LoadState, Run } from '@backstage-arena/plugin-arena-common';
import {
  apiError,
  buildRun,
  FakeArenaApi,
  job,
  loadProfile,
  SyntheticLoad,
} from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { violations } from '../../__testUtils__/violations';
import { JobPage } from '../job/JobPage';
import { JobsPage } from '../jobs/JobsPage';

const page = <JobPage cluster="embedded" namespace="default" name="peak" />;

/** A load test of a minute at 10 per second, by default after half of it. */
function demoApi(
  options: {
    seconds?: number;
    profile?: Parameters<typeof loadProfile>[0];
    synthetic?: ConstructorParameters<typeof SyntheticLoad>[1];
    state?: Partial<LoadState>;
    run?: Partial<Run>;
  } = {},
) {
  const profile = loadProfile(options.profile);
  const load = new SyntheticLoad(profile, options.synthetic).runTo(
    options.seconds ?? 30,
  );
  const fake = buildRun({
    id: 'run-1',
    jobName: 'peak',
    scenarios: ['greeting'],
    providers: [{ id: 'gpt' }],
    verdict: () => undefined,
  });
  const { pins } = fake.run;
  return new FakeArenaApi({
    objects: [job('peak', { type: 'loadtest', phase: 'Running' })],
    runs: [
      {
        ...fake,
        run: {
          ...fake.run,
          pins: { ...pins, type: 'loadtest', load: profile },
          ...options.run,
        },
        load: { state: load.state(options.state), rows: load.rows },
      },
    ],
  });
}

const summary = () => screen.findByRole('region', { name: 'Load test' });

async function statOf(label: string) {
  const region = await summary();
  const term = await within(region).findByText(label);
  return term.nextElementSibling?.textContent;
}

describe('a load test that runs', () => {
  it('shows how far it is, its rates and what was measured', async () => {
    renderArena(page, { api: demoApi({ profile: { budgetLimit: 2 } }) });
    const region = await summary();
    expect(
      await within(region).findByRole('progressbar', {
        name: 'Time of the load test',
      }),
    ).toHaveAttribute('aria-valuetext', '0:30 of 1:00');
    expect(await statOf('Target now')).toBe('10/s');
    expect(await statOf('Sent now')).toBe('10/s');
    expect(await statOf('Error rate')).toBe('0%');
    expect(within(region).getByText('Audit: valid')).toBeInTheDocument();
    expect(
      within(region).getByRole('progressbar', {
        name: 'Cost against the budget',
      }),
    ).toHaveAttribute('aria-valuetext', expect.stringContaining('of $2.00'));
  });

  it('has charts that say in words what they show, and tables instead of the matrix', async () => {
    renderArena(page, { api: demoApi() });
    const rate = await screen.findByRole('img', {
      name: /^Rate .* Sent: 10 last, 0 lowest, 10 highest/,
    });
    expect(rate.querySelector('canvas')).toBeInTheDocument();
    for (const name of [
      'Times',
      'Providers',
      'Scenarios',
      'Stages',
      'Workers',
    ]) {
      expect(screen.getByRole('table', { name })).toBeInTheDocument();
    }
    const row = within(screen.getByRole('table', { name: 'Stages' })).getByRole(
      'row',
      { name: /^1 0:10 – 1:00 10 200 200 0 0 10\/s/ },
    );
    expect(row).toBeInTheDocument();
    expect(screen.queryByRole('tab', { name: 'Items' })).toBeNull();
    expect(screen.queryByText('Scenarios by provider')).toBeNull();
  });

  it('shows the figures of its charts as a table', async () => {
    renderArena(page, { api: demoApi() });
    await userEvent.click(await screen.findByText('All figures as a table'));
    const table = await screen.findByRole('table', { name: 'Every 0:01' });
    expect(
      within(table).getByRole('row', { name: /^0:20 10 10 10 10/ }),
    ).toBeInTheDocument();
  });

  it('shows only the latest time when asked to', async () => {
    renderArena(page, { api: demoApi({ seconds: 58 }) });
    const button = await screen.findByRole('radio', { name: '1 min' });
    await userEvent.click(button);
    expect(button).toBeChecked();
  });

  it('is paused and resumed, with the time from which it holds', async () => {
    const api = demoApi();
    renderArena(page, { api });
    await userEvent.click(await screen.findByRole('button', { name: 'Pause' }));
    expect(await screen.findByText('Paused from 0:32 on.')).toBeInTheDocument();
    const region = await summary();
    expect(await within(region).findByText('Paused')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Resume' }));
    expect(
      await screen.findByText('Resumed from 0:32 on.'),
    ).toBeInTheDocument();
    expect(
      api.calls
        .filter(({ method }) => method === 'controlLoad')
        .map(({ args }) => args[1]),
    ).toEqual([{ action: 'pause' }, { action: 'resume' }]);
  });

  it('gets another rate', async () => {
    const api = demoApi();
    renderArena(page, { api });
    const field = await screen.findByRole('textbox', { name: /Target rate/ });
    expect(field).toHaveValue('10');
    await userEvent.clear(field);
    await userEvent.type(field, '80');
    await userEvent.tab();
    await userEvent.click(screen.getByRole('button', { name: 'Change' }));
    expect(
      await screen.findByText('The target is 80 from 0:32 on.'),
    ).toBeInTheDocument();
    expect(api.calls).toContainEqual({
      method: 'controlLoad',
      args: ['run-1', { action: 'rate', target: 80 }],
    });
  });

  it('is stopped after a question', async () => {
    renderArena(page, { api: demoApi() });
    await userEvent.click(await screen.findByRole('button', { name: 'Stop' }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Stop the test' }),
    );
    expect(
      await screen.findByText(/cannot be changed any more/),
    ).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Stop' })).toBeDisabled();
  });

  it('says why the server refuses a change, and keeps what was typed', async () => {
    const api = demoApi();
    api.failures.set(
      'controlLoad',
      apiError(409, 'ConflictError', 'The load test ends already'),
    );
    renderArena(page, { api });
    const field = await screen.findByRole('textbox', { name: /Target rate/ });
    await userEvent.clear(field);
    await userEvent.type(field, '80');
    await userEvent.tab();
    await userEvent.click(screen.getByRole('button', { name: 'Change' }));
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The load test was not changedThe load test ends already',
    );
    expect(field).toHaveValue('80');
  });

  it.each([
    [
      'who may not',
      { denied: ['arena.job.update'] },
      /needs the permission/,
      false,
    ],
    [
      'before it begins',
      { state: { phase: 'waiting' as const, nowMs: undefined } },
      /waits for its workers/,
      false,
    ],
    [
      'a search',
      {
        profile: {
          search: {
            startRPS: 10,
            maxRPS: 50,
            stepDurationMs: 60_000,
            precision: 0.1,
          },
        },
      },
      /can only be stopped/,
      true,
    ],
  ])('cannot be changed: %s', async (_, options, reason, mayStop) => {
    const { denied, ...rest } = {
      denied: [] as string[],
      ...(options as Parameters<typeof demoApi>[0]),
    };
    renderArena(page, { api: demoApi(rest), denied });
    expect(await screen.findByText(reason)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Pause' })).toBeDisabled();
    expect(screen.getByRole('textbox', { name: /Target rate/ })).toBeDisabled();
    const stop = screen.getByRole('button', { name: 'Stop' });
    expect(stop.hasAttribute('disabled')).toBe(!mayStop);
  });

  it('waits for its workers without any figures', async () => {
    renderArena(page, {
      api: demoApi({
        seconds: 0,
        state: {
          phase: 'waiting',
          startedAt: undefined,
          nowMs: undefined,
          workers: { ready: 1, expected: 3 },
        },
      }),
    });
    const region = await summary();
    expect(
      within(region).getByText('Waiting for workers: 1 of 3'),
    ).toBeInTheDocument();
    expect(await screen.findByText('No figures yet')).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: /Download the series so far/ }),
    ).toBeDisabled();
  });

  it('offers the series so far', async () => {
    const saved: Blob[] = [];
    URL.createObjectURL = blob => {
      saved.push(blob as Blob);
      return 'blob:x';
    };
    URL.revokeObjectURL = () => {};
    renderArena(page, { api: demoApi() });
    await userEvent.click(
      await screen.findByRole('button', { name: /Download the series so far/ }),
    );
    expect(saved).toHaveLength(1);
    expect(saved[0].type).toBe('text/csv');
  });

  it('has no accessibility violations', async () => {
    renderArena(page, {
      api: demoApi({
        profile: {
          budgetLimit: 2,
          thresholds: [{ metric: 'ttft_p95', operator: '<', value: '1s' }],
        },
      }),
    });
    await screen.findByRole('img', { name: /^Rate/ });
    await userEvent.click(screen.getByText('All figures as a table'));
    expect(await violations()).toEqual([]);
  });
});

describe('a load test that is over', () => {
  const over = {
    seconds: 60,
    state: { phase: 'over' as const },
    run: {
      state: 'Closed' as const,
      reports: ['loadtest.json', 'loadtest.html'].map(name => ({
        name,
        contentType: 'text/plain',
        size: 1,
        digest: 'sha256:00',
      })),
    },
  };

  it('shows its verdicts and its files, and no controls', async () => {
    const api = demoApi({
      ...over,
      profile: {
        thresholds: [
          { metric: 'latency_p95', operator: '<', value: '100ms' },
          { metric: 'error_rate', operator: '<', value: '0.01' },
          { metric: 'pass_rate', operator: '>', value: '0.5' },
        ],
      },
    });
    renderArena(page, { api });
    const region = await summary();
    expect(within(region).getByText('Not passed')).toBeInTheDocument();
    expect(
      within(region).getByText('Carried out to its end'),
    ).toBeInTheDocument();
    const thresholds = screen.getByRole('table', { name: 'Thresholds' });
    expect(
      within(thresholds).getByRole('row', {
        name: /latency_p95 < 100ms .* FAIL/,
      }),
    ).toBeInTheDocument();
    expect(
      within(thresholds).getByRole('row', {
        name: /error_rate < 0.01 0% PASS/,
      }),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Report (JSON)' }),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Report with charts (HTML)' }),
    ).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
    await waitFor(() =>
      expect(api.calls.filter(({ method }) => method === 'load').length).toBe(
        1,
      ),
    );
  });

  it('says why its figures must not be used', async () => {
    renderArena(page, {
      api: demoApi({
        ...over,
        synthetic: {
          happens: (second, due) => ({
            sent: second > 20 ? Math.floor(due / 2) : due,
            failed: 0,
            latencyMs: 400,
            latenessMs: 400,
          }),
        },
      }),
    });
    const region = await summary();
    expect(within(region).getByText('Audit: invalid')).toBeInTheDocument();
    expect(
      screen.getByText(/The figures must not be used/),
    ).toBeInTheDocument();
    const reasons = within(
      screen.getByRole('list', { name: 'Reasons' }),
    ).getAllByRole('listitem');
    expect(reasons.map(({ textContent }) => textContent)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^stage 1: .* arrivals were not sent/),
        expect.stringMatching(/^stage 1: sent late/),
      ]),
    );
  });
});

describe('a load test that cannot be read', () => {
  it('says why', async () => {
    const api = demoApi();
    api.failures.set('load', apiError(503, 'Unavailable', 'Away for a moment'));
    renderArena(page, { api });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The load test could not be read');
    expect(alert).toHaveTextContent('Away for a moment');
  });

  it('asks no more when it may not be read', async () => {
    const api = demoApi();
    api.failures.set('load', apiError(403, 'NotAllowedError', 'Ask Ada'));
    renderArena(page, { api });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The load test cannot be read');
    expect(alert).toHaveTextContent('Ask Ada');
  });

  it('says that what is shown may be old', async () => {
    const api = demoApi();
    api.failures.set(
      'loadSeries',
      apiError(503, 'Unavailable', 'Away for a moment'),
    );
    renderArena(page, { api });
    expect(
      await screen.findByText(/what is shown may be old/),
    ).toBeInTheDocument();
    expect(await statOf('Error rate')).toBe('0%');
  });
});

describe('load tests in the list of jobs', () => {
  const bar = () => screen.findByRole('progressbar', { name: /peak/ });

  it('are as far as their time while they run, counted from the start of the test', async () => {
    const api = demoApi({ seconds: 30 });
    api.objects[0] = job('peak', {
      type: 'loadtest',
      phase: 'Running',
      passed: 250,
      pending: 300,
      // The workers took their time.
      created: new Date(Date.now() - 600_000).toISOString(),
      status: { run: { id: 'run-1', attempt: 1 } },
    });
    renderArena(<JobsPage />, { api });
    await waitFor(async () =>
      expect((await bar()).getAttribute('aria-valuetext')).toMatch(
        /^0:3\d of 1:00, 250 conversations$/,
      ),
    );
  });

  it('say what they wait for', async () => {
    const api = demoApi({
      seconds: 0,
      state: {
        phase: 'waiting',
        nowMs: undefined,
        workers: { ready: 1, expected: 3 },
      },
    });
    api.objects[0] = job('peak', {
      type: 'loadtest',
      phase: 'Running',
      passed: 0,
      pending: 300,
      status: { run: { id: 'run-1', attempt: 1 } },
    });
    renderArena(<JobsPage />, { api });
    expect(
      await screen.findByText('Waiting for workers: 1 of 3'),
    ).toBeInTheDocument();
  });

  it('tell what became of their conversations afterwards', async () => {
    const api = demoApi();
    api.objects[0] = job('peak', {
      type: 'loadtest',
      phase: 'Failed',
      passed: 15_000,
      failed: 151,
      status: { run: { id: 'run-1', attempt: 1 } },
    });
    renderArena(<JobsPage />, { api });
    expect(await bar()).toHaveAttribute(
      'aria-valuetext',
      '15,151 of 15,151 conversations: 15,000 succeeded, 151 failed or were not sent',
    );
  });
});
