import {
  createJob,
  createRun,
  createWorld,
  settled,
} from './__testUtils__/worlds';
import { nextJobState } from './nextJobState';

const budget = { limit: 5, currency: 'EUR' };

function endOf(
  counts: Parameters<typeof settled>[0],
  options: { exhausted?: boolean; cancelled?: boolean } = {},
) {
  const { exhausted: budgetExhausted = true, cancelled } = options;
  const { status } = nextJobState(
    createWorld({
      ...settled(counts, { budgetExhausted }),
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
        '6 of 10 items passed, 0 failed, 1 could not be run, 3 were not begun; the budget of 5 EUR was used up (4.8000 were spent)',
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
