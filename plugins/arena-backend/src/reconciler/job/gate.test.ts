import {
  ArenaJobSpec,
  compareRuns,
  CountedCell,
  GateVerdict,
  RunGate,
} from '@backstage-arena/plugin-arena-common';
import { describeComparison } from '../../verdicts/describeComparison';
import {
  createJob,
  createWorld,
  NEW_RUN,
  settled,
} from './__testUtils__/worlds';
import { withinComparison } from './missingBaseline';
import { nextJobState } from './nextJobState';

type Baseline = NonNullable<
  NonNullable<NonNullable<ArenaJobSpec['evaluation']>['gate']>['baseline']
>;

function cells(passedOf: (scenario: number) => number): CountedCell[] {
  return Array.from({ length: 20 }, (_, n) => ({
    scenario: `case-${n}`,
    scenarioKey: `key-${n}`,
    provider: 'model',
    region: 'default',
    variant: 0,
    judged: 5,
    passed: passedOf(n),
  }));
}

const BASELINE = { id: 'before-1', jobName: 'nightly', revision: 'main@1' };

/** What a comparison with a run in which all passed says. */
function compared(passedOf: (scenario: number) => number): RunGate {
  const comparison = compareRuns(
    cells(() => 5),
    cells(passedOf),
  );
  return {
    ...describeComparison(BASELINE, comparison),
    baseline: BASELINE,
    changedInputs: ['source'],
    comparison,
  };
}

const without = (verdict: GateVerdict): RunGate => ({
  verdict,
  message: 'Why',
  changedInputs: [],
});

function settle(
  gate: RunGate,
  baseline: Partial<Baseline> = { previous: true },
  passed = 100,
) {
  return nextJobState(
    createWorld({
      ...settled({ total: 100, passed, failed: 100 - passed }),
      gate,
      job: createJob({
        spec: {
          evaluation: {
            budgetCurrency: 'USD',
            gate: {
              minPassRate: 50,
              baseline: { significance: 0.05, minEffect: 1, ...baseline },
            },
          },
        },
      }),
    }),
  );
}

const conditionOf = (next: ReturnType<typeof settle>, type: string) =>
  next.status.conditions!.find(condition => condition.type === type);

describe('a job with a baseline', () => {
  it('fails with Regression, and names effect, interval, chance and cells', () => {
    const next = settle(
      compared(n => (n < 4 ? 0 : 5)),
      {},
      80,
    );
    expect(next.status.phase).toBe('Failed');
    const { reason, message } = conditionOf(next, 'Progressing')!;
    expect(reason).toBe('Regression');
    expect(message).toMatch(
      /^4 cells lost more than chance explains; the pass rate is 80\.0 % after 100\.0 % in run before-1 of nightly: -20\.0 points, 90 % interval -\d+\.\d to -\d+\.\d, p = 0\.0625; worst: case-0 on model \(5\/5 to 0\/5\), /,
    );
    expect(conditionOf(next, 'BaselineCompared')).toMatchObject({
      status: 'True',
      reason: 'Regression',
    });
    expect(next.status.result!.summary).toMatchObject({
      baselineVerdict: 'Regression',
      baselineRun: 'before-1',
      baselineJob: 'nightly',
      passRateChange: '-20.0',
      regressionChance: 'p = 0.0625',
      regressedCells: '4',
    });
    expect(next.events.map(({ type, reason: why }) => [type, why])).toEqual([
      ['Warning', 'Regression'],
      ['Warning', 'JobFailed'],
    ]);
    expect(next.actions).toContainEqual({
      type: 'recordVerdict',
      verdict: expect.objectContaining({
        phase: 'Failed',
        reason: 'Regression',
      }),
    });
  });

  it('succeeds when what it lost may be chance', () => {
    const next = settle(
      compared(n => (n === 3 ? 4 : 5)),
      {},
      99,
    );
    expect(next.status.phase).toBe('Succeeded');
    expect(conditionOf(next, 'BaselineCompared')).toMatchObject({
      status: 'True',
      reason: 'NoRegression',
    });
    expect(next.status.result!.summary).toMatchObject({
      baselineVerdict: 'NoRegression',
      flakyCells: '1',
    });
  });

  it.each<[GateVerdict, Partial<Baseline>, string, string]>([
    ['NoBaseline', { previous: true }, 'Succeeded', 'JobSucceeded'],
    ['NothingInCommon', { branch: 'main' }, 'Succeeded', 'JobSucceeded'],
    ['NothingInCommon', { runId: 'before-1' }, 'Failed', 'NothingInCommon'],
    ['BaselineGone', { runId: 'before-1' }, 'Failed', 'BaselineGone'],
  ])(
    'of which the verdict is %s ends, for %j, as %s',
    (verdict, baseline, phase, reason) => {
      const next = settle(without(verdict), baseline);
      expect(next.status.phase).toBe(phase);
      expect(conditionOf(next, 'Progressing')).toMatchObject({ reason });
      expect(conditionOf(next, 'BaselineCompared')).toMatchObject({
        status: 'False',
        reason: verdict,
        message: 'Why',
      });
    },
  );

  it('is held back when it has more cells than can be compared', () => {
    const scenario = { id: 'a', key: 'a', providers: [0, 1], trials: 1 };
    const inputs = {
      state: 'ready' as const,
      run: {
        ...NEW_RUN,
        plan: {
          ...NEW_RUN.plan,
          scenarios: [{ ...scenario, variants: 100_001 }],
        },
      },
    };
    const gated = createJob({
      spec: {
        evaluation: {
          budgetCurrency: 'USD',
          gate: {
            minPassRate: 0,
            baseline: { previous: true, significance: 0.05, minEffect: 1 },
          },
        },
      },
    });
    expect(withinComparison(gated, inputs)).toMatchObject({
      state: 'blocked',
      obstacle: {
        reason: 'TooManyCells',
        message: expect.stringContaining('200002 cells'),
      },
    });
    expect(withinComparison(createJob(), inputs)).toBe(inputs);
  });
});
