import { useState } from 'react';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { buildRun, FakeArenaApi } from '../../__testUtils__';
import { renderArena } from '../../__testUtils__/renderArena';
import { CellStatistics } from './CellStatistics';

const OUTAGE = {
  class: 'provider' as const,
  message: 'down',
  retryable: true,
};

function setup() {
  const fake = buildRun({
    id: 'run-1',
    jobName: 'nightly',
    scenarios: ['refund'],
    providers: [{ id: 'gpt' }],
    trials: 5,
    verdict: ({ trial }) =>
      trial === 4
        ? { status: 'errored', error: OUTAGE }
        : {
            status: trial === 1 ? 'failed' : 'passed',
            score: trial === 1 ? 0.5 : 1,
            durationMs: (trial + 1) * 1000,
            ttftMs: trial === 0 ? 120 : undefined,
          },
  });
  return { fake, api: new FakeArenaApi({ runs: [fake] }) };
}

describe('CellStatistics', () => {
  it('shows what the trials say together', async () => {
    const { fake, api } = setup();
    renderArena(
      <CellStatistics
        runId="run-1"
        scenario="refund"
        provider="gpt"
        cell={fake.matrix.cells[0]}
      />,
      { api },
    );
    const panel = await screen.findByRole('region', { name: 'refund on gpt' });
    expect(await within(panel).findByText('flaky')).toBeInTheDocument();
    const valueOf = (name: string) =>
      within(panel).getByText(name).nextElementSibling?.textContent;
    expect(valueOf('Passed of judged')).toBe('75%');
    expect(valueOf('95 % interval')).toBe('30–96%');
    expect(valueOf('With a verdict')).toBe('3/4');
    expect(valueOf('Without a verdict')).toBe('1');
    expect(valueOf('Score')).toBe('0.88 ± 0.25');

    const rows = (name: string) =>
      within(within(panel).getByRole('table', { name }))
        .getAllByRole('row')
        .map(row => row.textContent);
    expect(rows('Chances over k trials')).toEqual([
      'k1234',
      'pass@k75%100%100%100%',
      'pass^k75%50%25%0%',
    ]);
    expect(rows('Latency')).toEqual([
      'Percentilep50p90p95p99',
      'Whole item2.0 s4.0 s4.0 s4.0 s',
      'First token120 ms120 ms120 ms120 ms',
    ]);
  });

  it('says when it cannot be read, and tries again', async () => {
    const { fake, api } = setup();
    api.failures.set('statistics', new Error('no database'));
    renderArena(
      <CellStatistics
        runId="run-1"
        scenario="refund"
        provider="gpt"
        cell={fake.matrix.cells[0]}
      />,
      { api },
    );
    expect(
      await screen.findByText('The statistics could not be read'),
    ).toBeInTheDocument();
    api.failures.clear();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('flaky')).toBeInTheDocument();
  });

  it('is read again when the cell has more results, once it is read', async () => {
    const { fake, api } = setup();
    let answer = () => {};
    const slow = new Promise<void>(resolve => {
      answer = resolve;
    });
    const read = api.statistics.bind(api);
    jest.spyOn(api, 'statistics').mockImplementationOnce(async (...args) => {
      await slow;
      return read(...args);
    });
    const [cell] = fake.matrix.cells;
    function Live() {
      const [passed, setPassed] = useState(cell.passed);
      return (
        <>
          <button onClick={() => setPassed(passed + 1)}>more</button>
          <CellStatistics
            runId="run-1"
            scenario="refund"
            provider="gpt"
            cell={{ ...cell, passed }}
          />
        </>
      );
    }
    const reads = () => jest.mocked(api.statistics).mock.calls.length;
    renderArena(<Live />, { api });
    await userEvent.click(await screen.findByRole('button', { name: 'more' }));
    expect(reads()).toBe(1);
    answer();
    await screen.findByText('flaky');
    await waitFor(() => expect(reads()).toBe(2));
  });
});
