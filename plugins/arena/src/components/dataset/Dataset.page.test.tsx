import 'jest-canvas-mock';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  DatasetReject,
  DatasetRow,
  DatasetState,
  Run,
} from '@backstage-arena/plugin-arena-common';
import { DatasetCoverage } from '@backstage-arena/plugin-arena-common/datagen';
import { apiError, buildRun, FakeArenaApi, job } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { violations } from '../../__testUtils__/violations';
import { JobPage } from '../job/JobPage';

const page = <JobPage cluster="embedded" namespace="default" name="tickets" />;

function rowOf(number: number): DatasetRow {
  return {
    number,
    row: { subject: `Ticket ${number + 1}`, category: 'billing', tags: ['a'] },
    scenario: 'ticket',
    provider: 'gpt',
    region: 'default',
    variant: 0,
    attempt: number * 2,
    seed: 1_000 + number,
    acceptedAt: '2026-11-23T10:00:00Z',
  };
}

const REJECTS: DatasetReject[] = [
  {
    ...rowOf(0),
    reason: 'duplicate',
    message: 'Row 3 says the same',
    duplicateOf: 2,
    attempt: 7,
    rejectedAt: '2026-11-23T10:01:00Z',
  },
  {
    ...rowOf(1),
    reason: 'invalidJson',
    message: 'The reply is no JSON object',
    text: 'Sure! Here it is',
    attempt: 9,
    rejectedAt: '2026-11-23T10:00:30Z',
  },
];

function demoApi(
  options: {
    rows?: number;
    state?: Partial<DatasetState>;
    run?: Partial<Run>;
  } = {},
) {
  const rows = Array.from({ length: options.rows ?? 60 }, (_, n) => rowOf(n));
  const fake = buildRun({
    id: 'run-1',
    jobName: 'tickets',
    scenarios: ['ticket'],
    providers: [{ id: 'gpt' }],
    verdict: () => undefined,
  });
  const state: DatasetState = {
    phase: 'running',
    rows: rows.length,
    attempts: 100,
    surplus: 1,
    unfinished: 0,
    rejects: { duplicate: 30, invalidJson: 9 },
    history: [
      { at: 1_000, rows: 0, attempts: 0 },
      { at: 61_000, rows: rows.length, attempts: 100 },
    ],
    count: 80,
    maxAttempts: 800,
    format: 'jsonl',
    seed: 1,
    quotas: [{ field: 'category', value: 'billing', count: 80, rows: 60 }],
    barren: 3,
    cost: 0.12,
    budget: { limit: 1, currency: 'EUR' },
    ...options.state,
  };
  const coverage = new DatasetCoverage();
  rows.forEach(row => coverage.add(row));
  return new FakeArenaApi({
    objects: [job('tickets', { type: 'datagen', phase: 'Running' })],
    runs: [
      {
        ...fake,
        run: {
          ...fake.run,
          pins: {
            ...fake.run.pins,
            type: 'datagen',
            dataset: {
              count: 80,
              maxAttempts: 800,
              format: 'jsonl',
              seed: 1,
              quotas: [],
              budgetCurrency: 'EUR',
            },
          },
          counters: { ...fake.run.counters, total: 80 },
          ...options.run,
        },
        dataset: { state, rows, rejects: REJECTS },
        files: { 'coverage.json': JSON.stringify(coverage.report(state)) },
      },
    ],
  });
}

describe('a job that generates data', () => {
  it('shows how far it is, why attempts brought nothing, and its quotas', async () => {
    renderArena(page, { api: demoApi() });
    const summary = await screen.findByRole('region', {
      name: 'Data generation',
    });
    expect(
      within(summary).getByRole('progressbar', {
        name: 'Rows of the data set',
      }),
    ).toHaveAttribute('aria-valuetext', '60 of 80 rows');
    const figure = (label: string) =>
      within(summary).getByText(label).nextElementSibling?.textContent;
    expect(figure('Yield')).toBe('60%');
    expect(figure('Rejected')).toBe('39');
    expect(figure('Surplus')).toBe('1');
    expect(figure('Cost per row')).toBe('€0.002');
    expect(
      await screen.findByRole('img', {
        name: '60 rows of 100 attempts after 1:00; 80 are wanted.',
      }),
    ).toBeInTheDocument();
    const rejects = screen.getByRole('table', {
      name: 'Why attempts brought no row',
    });
    expect(
      within(rejects)
        .getAllByRole('row')
        .map(row => row.textContent),
    ).toEqual([
      'ReasonAttemptsShareSamples',
      'Duplicate3030%Samples',
      'No JSON object99%Samples',
    ]);
    expect(
      screen.getByRole('progressbar', { name: 'Rows of category = billing' }),
    ).toHaveAttribute('aria-valuetext', '60 of 80');
    await userEvent.click(screen.getByText('Yield as a table'));
    expect(screen.getByRole('row', { name: '1:00 60 100 60%' })).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('follows its run', async () => {
    const api = demoApi();
    renderArena(page, { api });
    await screen.findByRole('region', { name: 'Data generation' });
    await waitFor(() => expect(api.topics).toContain('run:run-1'));
    const [fake] = api.runs;
    fake.dataset!.state = { ...fake.dataset!.state, rows: 77 };
    act(() => api.emit({ type: 'run', run: fake.run }));
    await waitFor(
      () =>
        expect(
          screen.getByRole('progressbar', { name: 'Rows of the data set' }),
        ).toHaveAttribute('aria-valuetext', '77 of 80 rows'),
      { timeout: 4_000 },
    );
  });

  it('says what the rows consist of once that is counted', async () => {
    const coverage = {
      name: 'coverage.json',
      contentType: 'application/json',
      size: 1,
      digest: 'sha256:00',
    };
    renderArena(page, {
      api: demoApi({
        state: { phase: 'over', endedBy: 'attempts' },
        run: { state: 'Closed', reports: [coverage] },
      }),
    });
    expect(
      await screen.findByText('All attempts that the job allows were made'),
    ).toBeInTheDocument();
    const fields = await screen.findByRole('table', { name: /^Fields/ });
    expect(
      within(fields).getByRole('row', { name: /category .* billing 60/ }),
    ).toBeInTheDocument();
    expect(
      within(fields).getByRole('row', { name: /tags .* many different ones/ }),
    ).toBeInTheDocument();
  });

  it('says why it cannot be read', async () => {
    const api = demoApi();
    api.failures.set('dataset', apiError(503, 'Unavailable', 'Away'));
    renderArena(page, { api });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The data generation could not be read',
    );
  });
});

describe('generated rows', () => {
  it('are paged, and each says where it comes from', async () => {
    renderArena(page, { api: demoApi(), at: '/?tab=rows' });
    const table = await screen.findByRole('table', { name: /^Rows/ });
    expect(
      within(table)
        .getAllByRole('columnheader')
        .map(({ textContent }) => textContent),
    ).toEqual(['Row', 'subject', 'category', 'tags', 'Scenario', 'Provider']);
    expect(screen.getByText('1 to 50 of 60')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(await screen.findByText('51 to 60 of 60')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Row 60' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByRole('group')).toHaveTextContent('"Ticket 60"');
    expect(
      within(dialog).getByRole('link', { name: 'Attempt 118' }),
    ).toHaveAttribute('href', '/?tab=items&item=118');
    expect(await violations()).toEqual([]);
    await userEvent.keyboard('{Escape}');
    await userEvent.click(
      screen.getByRole('button', { name: 'Previous page' }),
    );
    expect(await screen.findByText('1 to 50 of 60')).toBeInTheDocument();
  });

  it('become scenarios of a bundle', async () => {
    const saved: Blob[] = [];
    URL.createObjectURL = blob => {
      saved.push(blob as Blob);
      return 'blob:x';
    };
    URL.revokeObjectURL = () => {};
    const { toasts } = renderArena(page, { api: demoApi(), at: '/?tab=rows' });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Make scenarios' }),
    );
    const dialog = await screen.findByRole('dialog');
    const said = within(dialog).getByRole('textbox', {
      name: 'What the user says',
    });
    expect(said).toHaveValue('{{subject}}');
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /Prompt that is to answer/ }),
      'support',
    );
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /labels/ }),
      'missing',
    );
    const download = within(dialog).getByRole('button', { name: 'Download' });
    await userEvent.click(download);
    expect(await within(dialog).findByRole('alert')).toHaveTextContent(
      "'missing' is no field of the row",
    );
    await userEvent.clear(
      within(dialog).getByRole('textbox', { name: /labels/ }),
    );
    expect(await violations()).toEqual([]);
    await userEvent.click(download);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(toasts).toEqual(['60 scenarios were made']);
    expect(saved.map(({ type }) => type)).toEqual(['application/zip']);
  });

  it('have rejects beside them, by reason', async () => {
    const api = demoApi();
    renderArena(page, { api, at: '/?tab=rejects&reason=invalidJson' });
    const list = await screen.findByRole('list', { name: /^Rejects/ });
    expect(within(list).getByText('The reply is no JSON object')).toBeVisible();
    expect(within(list).getByText('Sure! Here it is')).toBeInTheDocument();
    expect(within(list).queryByText('Row 3 says the same')).toBeNull();
    expect(await violations()).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: /Reason/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'All reasons' }),
    );
    expect(await screen.findByText('Row 3 says the same')).toBeInTheDocument();
  });

  it('say that there are none yet', async () => {
    renderArena(page, { api: demoApi({ rows: 0 }), at: '/?tab=rows' });
    expect(await screen.findByText('No rows yet')).toBeInTheDocument();
  });
});
