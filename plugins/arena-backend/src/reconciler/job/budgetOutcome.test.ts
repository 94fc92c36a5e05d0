import { VerdictCounters } from '@backstage-arena/plugin-arena-common';
import {
  createCounters,
  createJob,
  createRun,
  createWorld,
  settled,
} from './__testUtils__/worlds';
import { nextJobState } from './nextJobState';

const budget = { limit: 5, currency: 'EUR' };

function endOf(
  counts: Parameters<typeof settled>[0],
  options: {
    exhausted?: boolean;
    /** Items that were not begun or ended for want of money; default: all that are without a verdict. */
    cut?: number;
    verdict?: VerdictCounters;
    cancelled?: boolean;
  } = {},
) {
  const {
    exhausted: budgetExhausted = true,
    cut = createCounters(counts).pending + (counts.errored ?? 0),
    verdict,
    cancelled,
  } = options;
  const { run, results } = settled(counts, { budgetExhausted });
  const { status } = nextJobState(
    createWorld({
      run: { ...run!, ...(verdict && { verdict }) },
      results: {
        ...results!,
        ...(verdict && { verdict }),
        ...(budgetExhausted && { cut: { items: cut, granted: 4.9 } }),
      },
      budget,
      ...(cancelled && { job: createJob({ spec: { cancelled: true } }) }),
    }),
  );
  const told = status.conditions?.find(({ type }) => type === 'Progressing');
  return {
    phase: status.phase,
    reason: told?.reason,
    message: told?.message,
    summary: status.result?.summary,
  };
}

describe('the end of an evaluation within a budget', () => {
  it('is a failure when the budget was used up before all was done, whatever passed', () => {
    expect(endOf({ passed: 6, errored: 1, cost: 4.8 })).toMatchObject({
      phase: 'Failed',
      reason: 'BudgetExhausted',
      message:
        '6 of 10 items passed, 0 failed, 1 could not be run, 3 were not begun; the budget of 5 EUR was used up: results have cost 4.8000, and workers were given 4.9000',
      summary: { budgetLimit: '5 EUR', endedBy: 'budget', totalCost: '4.8000' },
    });
  });

  it('is the same when nothing was done, or the last items were cut off', () => {
    expect(endOf({}).reason).toBe('BudgetExhausted');
    expect(endOf({ passed: 9, errored: 1 }).reason).toBe('BudgetExhausted');
    expect(endOf({ passed: 5, failed: 4, errored: 1 }).reason).toBe(
      'BudgetExhausted',
    );
  });

  it('is what the items say when all came to their end nevertheless', () => {
    expect(endOf({ passed: 10 })).toMatchObject({ phase: 'Succeeded' });
    expect(endOf({ passed: 9, failed: 1 }).reason).toBe('TestsFailed');
  });

  it('is a failure when only later trials of a compatible run were cut off', () => {
    const verdict = { total: 5, passed: 5, failed: 0, errored: 0, pending: 0 };
    expect(endOf({ passed: 9, errored: 1 }, { verdict })).toMatchObject({
      phase: 'Failed',
      reason: 'BudgetExhausted',
      summary: { endedBy: 'budget' },
    });
  });

  it('does not blame the budget for errors of another kind', () => {
    const end = endOf({ passed: 9, errored: 1 }, { cut: 0 });
    expect(end).toMatchObject({
      phase: 'Failed',
      reason: 'InfrastructureErrors',
    });
    expect(end.summary).not.toHaveProperty('endedBy');
  });

  it('is what the items say within the budget', () => {
    const end = endOf({ passed: 10 }, { exhausted: false });
    expect(end).toMatchObject({
      phase: 'Succeeded',
      summary: { budgetLimit: '5 EUR' },
    });
    expect(end.summary).not.toHaveProperty('endedBy');
  });

  it('is a cancellation where one came before it was told', () => {
    expect(endOf({ passed: 6 }, { cancelled: true }).phase).toBe('Cancelled');
  });
});

it('says while it runs that nothing more is begun', () => {
  const { status } = nextJobState(
    createWorld({
      run: createRun({ budgetExhausted: true, leased: 2 }),
      budget,
    }),
  );
  expect(
    status.conditions?.find(({ type }) => type === 'Progressing'),
  ).toMatchObject({
    reason: 'JobRunning',
    message: expect.stringContaining('The budget is used up'),
  });
});
